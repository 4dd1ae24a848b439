package org.steadfast.it.harness;

import java.nio.file.Path;

/** One node as {@code cluster create} laid it out. */
record NodePlan(String id, String role, String host, int port, Path readyFile) {
    static final String COORDINATOR = "coordinator";
    static final String DATABASE = "database";
    static final String FOUNDATION_NODE = "foundation-node";
    static final String CONNECTION_SERVER = "connection-server";
}
