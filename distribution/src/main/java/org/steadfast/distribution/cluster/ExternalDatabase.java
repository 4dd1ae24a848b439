package org.steadfast.distribution.cluster;

import org.steadfast.coordination.settings.Secret;

/**
 * A database that somebody else runs.
 *
 * @param url as the setting {@code jdbcUrl} has it
 * @param password of the role
 */
record ExternalDatabase(String url, String user, Secret password) {}
