package org.steadfast.coordination.membership;

/**
 * A node that takes traffic: its platform id and where its HTTP server is reached.
 *
 * @param host the name or address that its certificate is for, where it has one
 * @param tls whether its port speaks TLS
 */
public record Member(String platformId, String host, int port, boolean tls) {
    /** A node whose port speaks plain HTTP. */
    public Member(String platformId, String host, int port) {
        this(platformId, host, port, false);
    }
}
