package org.steadfast.persistence.postgres;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;
import org.steadfast.persistence.store.StoreException;

/** Sources of connections to the servers of an address. Stateless. */
final class ServerSources {
    /** Under which the database knows the platform. */
    static final String APPLICATION = "steadfast";

    private ServerSources() {}

    /** One for each server of the address. */
    static List<PGSimpleDataSource> of(PostgresSettings settings, PreferQueryMode mode) throws StoreException {
        PGSimpleDataSource all = setUp(settings);
        int number = all.getServerNames().length;
        List<PGSimpleDataSource> servers = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            PGSimpleDataSource one = setUp(settings);
            one.setPreferQueryMode(mode);
            one.setServerNames(new String[] {all.getServerNames()[i]});
            one.setPortNumbers(new int[] {all.getPortNumbers()[i]});
            if (number > 1) {
                // Bounds the whole attempt, so that a server that is frozen does not keep the next one from being
                // asked.
                one.setLoginTimeout(seconds(settings.connectTimeout()));
            }
            servers.add(one);
        }
        return servers;
    }

    private static PGSimpleDataSource setUp(PostgresSettings settings) throws StoreException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        try {
            source.setURL(settings.jdbcUrl());
        } catch (IllegalArgumentException e) {
            throw new StoreException(
                    StoreException.Kind.REFUSED, settings.jdbcUrl() + " is not a jdbc:postgresql:// address", e);
        }
        source.setUser(settings.user());
        source.setPassword(settings.password());
        source.setApplicationName(APPLICATION);
        source.setTcpKeepAlive(true);
        source.setConnectTimeout(seconds(settings.connectTimeout()));
        source.setSocketTimeout(seconds(settings.socketTimeout()));
        source.setReWriteBatchedInserts(true);
        return source;
    }

    private static int seconds(Duration duration) {
        return (int) Math.max(1, duration.toSeconds());
    }
}
