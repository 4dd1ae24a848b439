package org.steadfast.persistence.failover;

import java.util.Map;

/** What a database server is at a moment. */
public sealed interface ServerState {
    /**
     * It did not answer, or not as one that can be used.
     *
     * @param isUp whether it runs and works for others: it has no place for one more connection, or refuses the login
     */
    record Unreachable(String reason, boolean isUp) implements ServerState {
        @Override
        public String toString() {
            return (isUp ? "refuses" : "does not answer") + " (" + reason + ")";
        }
    }

    /**
     * It takes writes.
     *
     * @param system the identifier of the database, equal on all its servers
     * @param timeline grows with each promotion
     * @param written the position of the newest record, in bytes
     * @param synchronous the setting {@code synchronous_standby_names}
     * @param isAttentive whether what was set some moments ago is in effect: its checkpointer, which has commits wait, sleeps, and so has
     *     read the settings
     * @param standbys those that follow it, by their names
     */
    record Primary(
            long system,
            int timeline,
            long written,
            String synchronous,
            boolean isAttentive,
            Map<String, Follower> standbys)
            implements ServerState {
        @Override
        public String toString() {
            return "primary on timeline " + timeline;
        }
    }

    /**
     * A standby as its primary sees it.
     *
     * @param streams whether it has caught up and gets what is written as it is written
     * @param isSynchronous whether commits wait for it
     * @param flushed up to where it has kept what it got
     */
    record Follower(boolean streams, boolean isSynchronous, long flushed) {}

    /**
     * It follows another one.
     *
     * @param name by which its primary knows it
     * @param received up to where it has what was written, in bytes; negative while it does not know
     * @param receives whether it is connected to the one it follows, or is connecting
     * @param timeline of what it receives; 0 while it receives nothing
     * @param source whom it is told to follow
     * @param slot of its primary that keeps for it what it has not got yet; empty where there is none
     * @param synchronous the setting {@code synchronous_standby_names}, for the time when it is promoted
     * @param isAttentive as with {@link Primary}
     */
    record Standby(
            long system,
            String name,
            long received,
            boolean receives,
            int timeline,
            ServerAddress source,
            String slot,
            String synchronous,
            boolean isAttentive)
            implements ServerState {
        @Override
        public String toString() {
            return "standby " + name + (receives ? "" : ", cut off from " + source);
        }

        /** Whether it is told to follow nobody. */
        boolean isParked() {
            return source.equals(ConnectionInfo.NOBODY);
        }
    }
}
