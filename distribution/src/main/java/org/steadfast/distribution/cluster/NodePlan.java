package org.steadfast.distribution.cluster;

/**
 * One node of a cluster.
 *
 * @param id platform id
 * @param role subcommand that runs it
 * @param host its machine, and the address that it listens on
 * @param port of its main listener
 */
record NodePlan(String id, String role, String host, int port) {
    static final String COORDINATOR = "coordinator";
    static final String DATABASE = "database";
    static final String FOUNDATION_NODE = "foundation-node";
    static final String CONNECTION_SERVER = "connection-server";

    String address() {
        return host + ":" + port;
    }
}
