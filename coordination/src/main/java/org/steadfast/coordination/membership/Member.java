package org.steadfast.coordination.membership;

import org.steadfast.protocol.release.ProductVersion;

/**
 * A node that takes traffic: its platform id and where its HTTP server is reached.
 *
 * @param host the name or address that its certificate is for, where it has one
 * @param tls whether its port speaks TLS
 * @param version of Steadfast that it runs; empty where it does not tell
 */
public record Member(String platformId, String host, int port, boolean tls, String version) {
    /** This version of Steadfast. */
    public Member(String platformId, String host, int port, boolean tls) {
        this(platformId, host, port, tls, ProductVersion.get());
    }

    /** The same, with a port that speaks plain HTTP. */
    public Member(String platformId, String host, int port) {
        this(platformId, host, port, false);
    }
}
