package org.steadfast.coordination.chassis;

import java.util.regex.Pattern;
import org.slf4j.MDC;

/**
 * What the log lines of one piece of work have in common, such as a request's, whichever threads do it: an id in the logging context, which
 * {@code conf/log4j2.xml} puts into each line. Whoever hands work to another thread takes {@link #current} with it. Safe for
 * use by several threads: each has its own.
 */
public final class Correlation {
    /** Its name in the logging context. */
    public static final String KEY = "request";

    /** What a stranger may call a request; anything else could make up lines of the log. */
    private static final Pattern ACCEPTABLE = Pattern.compile("[A-Za-z0-9._:/+=-]{1,64}");

    private Correlation() {}

    /** Until it is closed, by the thread that opened it, lines have its id. */
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }

    /** Whether an id from outside can be taken as it is; null cannot. */
    public static boolean isAcceptable(String id) {
        return id != null && ACCEPTABLE.matcher(id).matches();
    }

    /** The id of what this thread does; empty where it has none. */
    public static String current() {
        String id = MDC.get(KEY);
        return id == null ? "" : id;
    }

    /** Gives an id to what this thread does until the scope is closed; empty: none. What it did before has its own again afterwards. */
    public static Scope of(String id) {
        String before = MDC.get(KEY);
        set(id.isEmpty() ? null : id);
        return () -> set(before);
    }

    private static void set(String id) {
        if (id == null) {
            MDC.remove(KEY);
        } else {
            MDC.put(KEY, id);
        }
    }
}
