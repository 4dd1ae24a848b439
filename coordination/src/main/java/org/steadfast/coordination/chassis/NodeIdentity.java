package org.steadfast.coordination.chassis;

/** Who a node is: its role in the words of the documentation, and its platform id. */
public record NodeIdentity(String role, String platformId) {}
