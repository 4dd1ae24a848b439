package org.steadfast.it.workload;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.steadfast.it.harness.RestClient;

/**
 * Answers that no fault excuses: a node that cannot answer says 503 and when to come back. Each kind is kept once, with how often
 * it came. Safe for use by several threads.
 */
public final class Complaints {
    private record Kind(String node, int status, String body) {}

    /** Added to by all clients. */
    private final ConcurrentMap<Kind, Integer> counts = new ConcurrentHashMap<>();
    /** Of each status of each node, how many different bodies are kept. */
    private static final int MOST = 50;

    void unlessUnavailable(String node, String request, RestClient.Answer answer) {
        if (answer.status() == 503 && !answer.retryAfter().isEmpty()) {
            return;
        }
        if (counts.size() < MOST) {
            counts.merge(new Kind(node, answer.status(), request + ": " + answer.body()), 1, Integer::sum);
        }
    }

    void thrown(String client, Throwable failure) {
        counts.merge(new Kind(client, 0, failure.toString()), 1, Integer::sum);
    }

    /** One line each. */
    public List<String> lines() {
        return counts.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .map(entry ->
                        entry.getKey().node() + ": status " + entry.getKey().status() + " for "
                                + entry.getKey().body() + " (" + entry.getValue() + " times)")
                .toList();
    }
}
