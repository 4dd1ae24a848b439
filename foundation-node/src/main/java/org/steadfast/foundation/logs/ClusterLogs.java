package org.steadfast.foundation.logs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignite;
import org.apache.ignite.lang.IgniteCallable;
import org.apache.ignite.lang.IgniteRunnable;
import org.apache.ignite.resources.IgniteInstanceResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.sharedstate.SharedState;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/**
 * The logs of all foundation nodes that run: what they have logged last, and how much they log. Levels are not kept: a node that starts later
 * has those of its configuration. Safe for use by several threads.
 */
public final class ClusterLogs {
    private static final Logger log = LoggerFactory.getLogger(ClusterLogs.class);
    private static final String LEVELS = "log levels";
    private static final String RECENT = "recent log";
    private static final String ENTRIES = "entries";
    private static final String FAILURE = "failure";

    private final SharedState state;
    private final LogLevels levels;
    private final Duration bound;

    /**
     * Lets other nodes look into the log of this one, and set its levels.
     *
     * @param bound how long to wait for the other nodes
     */
    public ClusterLogs(SharedState state, NodeLog here, Duration bound) {
        this.state = state;
        this.levels = here.levels();
        this.bound = bound;
        state.putLocal(LEVELS, here.levels());
        state.putLocal(RECENT, here.recent());
        state.introduce(new SetLevel("", "", ""));
        state.introduce(new Find(""));
    }

    /** The level that a logger has on this node. */
    public String of(String logger) {
        return levels.of(logger);
    }

    /** Loggers that have a level of their own on this node. */
    public Map<String, String> own() {
        return levels.own();
    }

    /**
     * Gives a logger a level on all nodes.
     *
     * @param user who does it, for the logs
     * @return true when all have it, false when the time to wait for them is over
     */
    public CompletableFuture<Boolean> set(String user, String logger, LogLevel level) {
        return state.runEverywhere(new SetLevel(user, logger, level.name()))
                .thenApply(done -> true)
                .completeOnTimeout(false, bound.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * What each node has logged last; those that do not answer in time say so.
     *
     * @param platformId of the node that is asked; empty for all
     */
    public CompletableFuture<List<FoundEntries>> find(LogQuery query, String platformId) {
        return state.askEverywhere(new Find(query.toJson()), id -> platformId.isEmpty() || platformId.equals(id), bound)
                .thenApply(answers -> answers.stream().map(ClusterLogs::found).toList());
    }

    private static FoundEntries found(SharedState.Answer answer) {
        if (answer.failure().isPresent()) {
            return new FoundEntries(
                    answer.platformId(), List.of(), answer.failure().get());
        }
        try {
            JsonNode found = Json.read(answer.content());
            List<LogEntry> entries = new ArrayList<>();
            found.path(ENTRIES).forEach(entry -> entries.add(LogEntry.of(entry)));
            return new FoundEntries(
                    answer.platformId(), entries, found.path(FAILURE).asText());
        } catch (InvalidValueException e) {
            return new FoundEntries(answer.platformId(), List.of(), "it answers " + e.getMessage());
        }
    }

    /** Runs on every node. In text, so that nodes of other versions leave out what they do not know. */
    private static final class Find implements IgniteCallable<String> {
        @Serial
        private static final long serialVersionUID = 1L;

        private final String query;

        @IgniteInstanceResource
        private transient Ignite ignite;

        Find(String query) {
            this.query = query;
        }

        @Override
        public String call() throws InvalidValueException {
            ObjectNode found = JsonNodeFactory.instance.objectNode();
            if (ignite.cluster().nodeLocalMap().get(RECENT) instanceof RecentLog recent) {
                ArrayNode entries = found.putArray(ENTRIES);
                recent.find(LogQuery.of(Json.read(query))).forEach(entry -> entries.add(entry.toJson()));
            } else {
                found.put(FAILURE, "it is still starting");
            }
            return found.toString();
        }
    }

    /** Runs on every node. */
    private static final class SetLevel implements IgniteRunnable {
        @Serial
        private static final long serialVersionUID = 1L;

        private final String user;
        private final String logger;
        private final String level;

        @IgniteInstanceResource
        private transient Ignite ignite;

        SetLevel(String user, String logger, String level) {
            this.user = user;
            this.logger = logger;
            this.level = level;
        }

        @Override
        public void run() {
            // A node that has not got so far has what its configuration says.
            if (ignite.cluster().nodeLocalMap().get(LEVELS) instanceof LogLevels levels) {
                levels.set(logger, LogLevel.valueOf(level));
                log.info("{} is logged from {} on, as {} wants it, until this node is restarted", logger, level, user);
            }
        }
    }
}
