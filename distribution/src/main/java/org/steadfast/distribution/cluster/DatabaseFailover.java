package org.steadfast.distribution.cluster;

import java.util.List;
import org.steadfast.coordination.settings.Secret;

/**
 * That the cluster itself promotes standbys of its database.
 *
 * @param user the role with which it watches over the servers
 * @param password of that role
 * @param servers as host:port; empty where the database's address names them
 */
record DatabaseFailover(String user, Secret password, List<String> servers) {
    DatabaseFailover {
        servers = List.copyOf(servers);
    }
}
