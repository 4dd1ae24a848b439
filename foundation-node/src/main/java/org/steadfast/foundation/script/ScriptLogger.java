package org.steadfast.foundation.script;

import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.mozilla.javascript.LambdaFunction;
import org.mozilla.javascript.NativeObject;
import org.mozilla.javascript.ScriptRuntime;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;
import org.mozilla.javascript.Undefined;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The global {@code logger}: what scripts say goes to the node's log, bounded. Used by one thread. */
final class ScriptLogger {
    private static final Logger log = LoggerFactory.getLogger(ScriptLogger.class);
    private static final int LONGEST_LINE = 2_000;
    /** Of one script, so that a loop does not fill the disk. */
    private static final int MOST_LINES = 1_000;

    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

    private final String from;
    private int lines;

    /** @param from which thing and service speaks */
    ScriptLogger(String from) {
        this.from = from;
    }

    Scriptable toScript(Scriptable scope) {
        NativeObject logger = new NativeObject();
        logger.setParentScope(scope);
        logger.setPrototype(ScriptableObject.getObjectPrototype(scope));
        define(logger, scope, "trace", log::trace);
        define(logger, scope, "debug", log::debug);
        define(logger, scope, "info", log::info);
        define(logger, scope, "warn", log::warn);
        define(logger, scope, "error", log::error);
        return logger;
    }

    private void define(ScriptableObject logger, Scriptable scope, String level, Consumer<String> sink) {
        logger.defineProperty(
                level,
                new LambdaFunction(scope, level, 1, (context, at, self, arguments) -> {
                    say(sink, arguments.length == 0 ? "" : ScriptRuntime.toString(arguments[0]));
                    return Undefined.instance;
                }),
                ScriptableObject.DONTENUM);
    }

    private void say(Consumer<String> sink, String text) {
        if (lines++ < MOST_LINES) {
            String shorter = text.length() > LONGEST_LINE ? text.substring(0, LONGEST_LINE) + "..." : text;
            sink.accept("[" + from + "] " + CONTROL.matcher(shorter).replaceAll(" "));
        } else if (lines == MOST_LINES + 1) {
            log.warn("SCRIPT_LINES_LEFT_OUT: [{}] has said {} lines; the others are left out", from, MOST_LINES);
        }
    }
}
