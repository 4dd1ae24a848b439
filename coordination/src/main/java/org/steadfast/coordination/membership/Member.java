package org.steadfast.coordination.membership;

/** A node that takes traffic: its platform id and where its HTTP server listens. */
public record Member(String platformId, String host, int port) {}
