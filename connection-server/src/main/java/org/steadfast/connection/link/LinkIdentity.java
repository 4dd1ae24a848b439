package org.steadfast.connection.link;

import org.steadfast.coordination.settings.Secret;

/**
 * What a connection server shows when it opens a link.
 *
 * @param server what it is called in this life of it: its platform id, and something that is new with each start
 * @param key of the cluster
 */
public record LinkIdentity(String server, Secret key) {}
