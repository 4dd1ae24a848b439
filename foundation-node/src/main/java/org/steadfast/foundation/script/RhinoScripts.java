package org.steadfast.foundation.script;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.EvaluatorException;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;
import org.mozilla.javascript.Undefined;
import org.steadfast.foundation.event.EventSink;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ServiceDefinition;
import org.steadfast.foundation.model.ServiceImplementation;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.security.AuthorizedModel;
import org.steadfast.foundation.security.AuthorizedProperties;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.service.ScriptFlaw;
import org.steadfast.foundation.service.Scripts;
import org.steadfast.foundation.service.ServiceException;
import org.steadfast.foundation.service.ServiceRequest;
import org.steadfast.foundation.service.Services;
import org.steadfast.protocol.json.InfotableJson;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/**
 * Runs scripts by Rhino's interpreter, on threads of their own and within bounds. A script that another one calls runs on the thread
 * of that one, and within what is left of its bounds: waiting for a second thread could wait for ever. Safe for use by several threads.
 */
public final class RhinoScripts implements Scripts, AutoCloseable {
    private static final int LONGEST_SCRIPT = 1 << 20;
    /** Characters of scripts whose code is kept. */
    private static final int MOST_KEPT = 8 << 20;

    private final Model model;
    private final AuthorizedModel entities;
    private final AuthorizedProperties properties;
    private final EventSink events;
    private final Clock clock;
    private final Sandbox sandbox;
    private final ScriptPool pool;
    /** By text, so a change of a script makes another one of it; filled by script threads, Caffeine guards it. */
    private final Cache<String, ScriptCompiler.Program> programs = Caffeine.newBuilder()
            .maximumWeight(MOST_KEPT)
            .weigher((String code, ScriptCompiler.Program program) -> code.length() + 1_000)
            .build();
    /** The bounds of the script that a thread runs; each thread sees its own. */
    private final ThreadLocal<Bounds> current = new ThreadLocal<>();
    /** Written once, before the first script comes. */
    private volatile Services services;

    public RhinoScripts(
            ScriptSettings settings,
            Model model,
            AuthorizedModel entities,
            AuthorizedProperties properties,
            EventSink events,
            Clock clock,
            MeterRegistry registry) {
        this(settings, model, entities, properties, events, clock, registry, Heap.ofThisProcess());
    }

    RhinoScripts(
            ScriptSettings settings,
            Model model,
            AuthorizedModel entities,
            AuthorizedProperties properties,
            EventSink events,
            Clock clock,
            MeterRegistry registry,
            Heap heap) {
        this.model = model;
        this.entities = entities;
        this.properties = properties;
        this.events = events;
        this.clock = clock;
        this.sandbox = new Sandbox(heap);
        this.pool = new ScriptPool(settings, heap, registry);
    }

    /** Tells which services scripts call; they call scripts in turn, so they are there only after this. */
    public void use(Services all) {
        services = Objects.requireNonNull(all, "services are null");
    }

    @Override
    public CompletionStage<Value> invoke(
            Thing me, ServiceDefinition service, ServiceImplementation implementation, ServiceRequest request)
            throws ServiceException {
        return perform("Unable to Invoke Service " + service.name() + " on " + me.name(), context -> {
            ScriptRun run = begin(context, request.principal(), me, me.name() + "." + service.name());
            for (FieldDefinition parameter : service.parameters().values()) {
                run.define(parameter.name(), parameter(run, parameter, request));
            }
            Object given = execute(context, run, implementation.code());
            Value result = result(run, service.result(), given);
            run.writeAll();
            return result;
        });
    }

    @Override
    public CompletionStage<Void> run(
            Thing me, String subscription, String code, Map<String, Value> variables, Principal principal)
            throws ServiceException {
        return perform("Unable to run subscription " + subscription + " of " + me.name(), context -> {
            ScriptRun run = begin(context, principal, me, me.name() + "." + subscription);
            variables.forEach((name, value) -> run.define(name, run.values().toScript(value)));
            execute(context, run, code);
            run.writeAll();
            return null;
        });
    }

    @Override
    public CompletionStage<Optional<ScriptFlaw>> check(String code) throws ServiceException {
        return perform("Unable to check the script", context -> {
            try {
                program(context, code);
                return Optional.empty();
            } catch (EvaluatorException e) {
                return Optional.of(new ScriptFlaw(e.lineNumber(), e.columnNumber(), e.details()));
            }
        });
    }

    /** What is done within a context of Rhino. */
    @FunctionalInterface
    private interface Work<T> {
        T done(ScriptContext context) throws Exception;
    }

    private <T> CompletionStage<T> perform(String what, Work<T> work) throws ServiceException {
        Bounds outer = current.get();
        if (outer == null) {
            return pool.submit(what, bounds -> {
                current.set(bounds);
                try {
                    return within(bounds, work);
                } finally {
                    current.remove();
                }
            });
        }
        outer.enterScript();
        // Rhino has one context for each thread, with the scope of the outermost script in it.
        Context caller = Context.getCurrentContext();
        Context.exit();
        try {
            return CompletableFuture.completedFuture(within(outer, work));
        } catch (Exception | StackOverflowError e) {
            throw ScriptFailure.toAnswer(what, e);
        } finally {
            sandbox.enterContext(caller);
            outer.leaveScript();
        }
    }

    private <T> T within(Bounds bounds, Work<T> work) throws Exception {
        ScriptContext context = sandbox.enter(bounds);
        try {
            return work.done(context);
        } finally {
            Context.exit();
        }
    }

    private ScriptRun begin(Context context, Principal principal, Thing me, String from) {
        ScriptableObject scope = sandbox.newScope(context);
        return new ScriptRun(
                new Platform(model, entities, properties, services, events, clock),
                principal,
                context,
                scope,
                me,
                from);
    }

    private Object execute(Context context, ScriptRun run, String code) throws ServiceException {
        ScriptCompiler.Program program = program(context, code);
        if (program.returns() && !ScriptableObject.hasProperty(run.scope(), "result")) {
            // Its end returns it, set or not.
            run.define("result", Undefined.instance);
        }
        Object last = program.script().exec(context, run.scope(), run.scope());
        Object result = ScriptableObject.getProperty(run.scope(), "result");
        boolean isSet = result != Scriptable.NOT_FOUND && !Undefined.isUndefined(result);
        return isSet && !(program.returns() && !Undefined.isUndefined(last)) ? result : last;
    }

    private ScriptCompiler.Program program(Context context, String code) throws ServiceException {
        ScriptCompiler.Program kept = programs.getIfPresent(code);
        if (kept != null) {
            return kept;
        }
        if (code.length() > LONGEST_SCRIPT) {
            throw new ServiceException(
                    ServiceException.Kind.INVALID, "a script may have " + LONGEST_SCRIPT + " characters at most");
        }
        ScriptCompiler.Program made = ScriptCompiler.compile(context, code, "script");
        programs.put(code, made);
        return made;
    }

    private static Object parameter(ScriptRun run, FieldDefinition parameter, ServiceRequest request) throws Exception {
        var sent = request.parameters().path(parameter.name());
        Value value;
        try {
            if (sent.isMissingNode()) {
                value = parameter.aspects().getOrDefault("defaultValue", Value.NOTHING);
            } else if (parameter.baseType() == BaseType.INFOTABLE && !sent.isNull()) {
                value = new Value.Table(InfotableJson.read(sent, run.fields(parameter)));
            } else {
                value = ValueJson.read(sent, parameter.baseType());
            }
        } catch (InvalidValueException e) {
            throw new ServiceException(
                    ServiceException.Kind.INVALID, "parameter " + parameter.name() + ": " + e.getMessage(), e);
        }
        return value.isNothing() && sent.isMissingNode()
                ? Undefined.instance
                : run.values().toScript(value);
    }

    private static Value result(ScriptRun run, FieldDefinition definition, Object given) throws Exception {
        try {
            return run.values().toValue(given, definition.baseType(), run.fields(definition));
        } catch (InvalidValueException e) {
            throw new InvalidValueException("the result cannot be given: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
