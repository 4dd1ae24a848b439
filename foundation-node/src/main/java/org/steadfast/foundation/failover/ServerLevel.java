package org.steadfast.foundation.failover;

/** How metrics tell what a server of the database is. */
final class ServerLevel {
    static final int DOWN = 0;
    static final int STANDBY = 1;
    static final int PRIMARY = 2;

    private ServerLevel() {}
}
