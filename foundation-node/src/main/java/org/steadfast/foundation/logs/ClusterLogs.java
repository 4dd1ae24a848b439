package org.steadfast.foundation.logs;

import java.io.Serial;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignite;
import org.apache.ignite.lang.IgniteRunnable;
import org.apache.ignite.resources.IgniteInstanceResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.sharedstate.SharedState;

/**
 * The levels of loggers on all foundation nodes that run. They are not kept: a node that starts later has those of its configuration.
 * Safe for use by several threads.
 */
public final class ClusterLogs {
    private static final Logger log = LoggerFactory.getLogger(ClusterLogs.class);
    private static final String LEVELS = "log levels";

    private final SharedState state;
    private final LogLevels here;
    private final Duration bound;

    /**
     * Lets other nodes set the levels of this one.
     *
     * @param bound how long to wait for the other nodes
     */
    public ClusterLogs(SharedState state, LogLevels here, Duration bound) {
        this.state = state;
        this.here = here;
        this.bound = bound;
        state.putLocal(LEVELS, here);
        state.introduce(new SetLevel("", "", ""));
    }

    /** The level that a logger has on this node. */
    public String of(String logger) {
        return here.of(logger);
    }

    /** Loggers that have a level of their own on this node. */
    public Map<String, String> own() {
        return here.own();
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
