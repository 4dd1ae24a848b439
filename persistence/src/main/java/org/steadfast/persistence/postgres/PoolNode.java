package org.steadfast.persistence.postgres;

/**
 * A server of the database as Pgpool-II sees it.
 *
 * @param server {@code host:port}
 * @param isUp whether it leads connections there
 */
public record PoolNode(String server, boolean isUp, boolean isPrimary) {}
