package org.steadfast.coordination.membership;

/** The kinds of nodes that register themselves, with the names of their services in discovery. */
public enum Role {
    FOUNDATION_NODE("thingworx-http", "foundation node"),
    CONNECTION_SERVER("connection-server", "connection server");

    private final String serviceName;
    private final String title;

    Role(String serviceName, String title) {
        this.serviceName = serviceName;
        this.title = title;
    }

    /** The name in discovery; foundation nodes use the name that existing tools look for. */
    public String serviceName() {
        return serviceName;
    }

    /** The name in texts. */
    public String title() {
        return title;
    }
}
