package org.steadfast.it.workload;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.history.Operation;

/**
 * Answers that no fault excuses: a node that cannot answer says 503 and when to come back. Each kind is kept once, with how often
 * it came. Safe for use by several threads.
 */
public final class Complaints {
    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}+");
    private static final int LONGEST = 300;

    private record Kind(String node, String operation, int status) {}

    private record Found(int times, String example) {
        Found more() {
            return new Found(times + 1, example);
        }
    }

    /** Added to by all clients. */
    private final ConcurrentMap<Kind, Found> found = new ConcurrentHashMap<>();

    void unlessUnavailable(String node, Operation.Kind operation, RestClient.Answer answer) {
        if (answer.status() != 503 || answer.retryAfter().isEmpty()) {
            add(new Kind(node, operation.toString(), answer.status()), answer.body());
        }
    }

    /** A client that cannot go on. */
    void thrown(String client, Throwable failure) {
        add(new Kind(client, "client", 0), failure.toString());
    }

    private void add(Kind kind, String text) {
        String line = CONTROL.matcher(text).replaceAll(" ");
        found.merge(kind, new Found(1, line.substring(0, Math.min(LONGEST, line.length()))), (old, one) -> old.more());
    }

    /** One line each. */
    public List<String> lines() {
        return found.entrySet().stream()
                .map(entry -> entry.getKey() + ", " + entry.getValue().times() + " times, first: "
                        + entry.getValue().example())
                .sorted()
                .toList();
    }
}
