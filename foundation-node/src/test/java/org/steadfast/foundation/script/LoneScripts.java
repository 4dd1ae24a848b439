package org.steadfast.foundation.script;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.EffectiveShape;
import org.steadfast.foundation.model.Members;
import org.steadfast.foundation.model.ServiceDefinition;
import org.steadfast.foundation.model.ServiceImplementation;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.service.LoneServices;
import org.steadfast.foundation.service.ServiceException;
import org.steadfast.foundation.service.ServiceRequest;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/** Scripts without a node around them: nothing of the platform answers, the language is all there. */
final class LoneScripts implements AutoCloseable {
    private static final Thing THING = new Thing(
            1,
            "T",
            1,
            0,
            "",
            BuiltIns.GENERIC_THING,
            "",
            Optional.empty(),
            true,
            new EffectiveShape(Set.of(), List.of(), Members.NONE));

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final RhinoScripts scripts;

    LoneScripts(int threads, int waiting, Duration timeout) {
        this(threads, waiting, timeout, Heap.ofThisProcess());
    }

    LoneScripts(int threads, int waiting, Duration timeout, Heap heap) {
        scripts = new RhinoScripts(
                new ScriptSettings(threads, waiting, timeout, 16),
                null,
                null,
                null,
                (thing, event, data, time, principal) -> CompletableFuture.completedFuture(null),
                Clock.systemUTC(),
                registry,
                heap);
        scripts.use(LoneServices.of(scripts));
    }

    CompletableFuture<Value> begin(String code, BaseType type) throws ServiceException {
        return scripts.invoke(
                        THING,
                        new ServiceDefinition("S", "", "", Map.of(), new FieldDefinition("result", type), Map.of()),
                        new ServiceImplementation(
                                "S", ServiceImplementation.SCRIPT, code, JsonNodeFactory.instance.objectNode()),
                        new ServiceRequest(Principal.SYSTEM, "T", "S", JsonNodeFactory.instance.objectNode()))
                .toCompletableFuture();
    }

    CompletableFuture<Void> subscription(String code, Map<String, Value> variables) throws ServiceException {
        return scripts.run(THING, "X", code, variables, Principal.SYSTEM).toCompletableFuture();
    }

    Value run(String code, BaseType type) throws Exception {
        try {
            return begin(code, type).get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** What a script gives, as a text. */
    String text(String code) throws Exception {
        return run(code, BaseType.STRING) instanceof Value.Text text ? text.text() : "nothing";
    }

    @Override
    public void close() {
        scripts.close();
    }
}
