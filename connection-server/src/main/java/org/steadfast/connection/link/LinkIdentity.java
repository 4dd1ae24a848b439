package org.steadfast.connection.link;

import org.steadfast.coordination.settings.Secret;

/** What a connection server shows when it opens a link: its platform id and the cluster's key. */
public record LinkIdentity(String platformId, Secret key) {}
