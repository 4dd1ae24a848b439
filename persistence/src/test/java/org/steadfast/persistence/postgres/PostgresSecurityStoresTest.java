package org.steadfast.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.store.ApplicationKeyStore;
import org.steadfast.persistence.store.AuditStore;
import org.steadfast.persistence.store.CredentialStore;
import org.steadfast.persistence.store.MembershipStore;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.OrganizationUnitStore;
import org.steadfast.persistence.store.PermissionStore;
import org.steadfast.persistence.store.SecurityStoresContract;

@ExtendWith(SharedPostgres.class)
class PostgresSecurityStoresTest extends SecurityStoresContract {
    private static FreshDatabase fresh;

    @BeforeAll
    static void open(SharedPostgres.Server server) throws Exception {
        fresh = FreshDatabase.on(server);
    }

    @AfterAll
    static void close() {
        fresh.close();
    }

    @Override
    protected CredentialStore credentials() {
        return fresh.database().credentials();
    }

    @Override
    protected MembershipStore memberships() {
        return fresh.database().memberships();
    }

    @Override
    protected OrganizationUnitStore units() {
        return fresh.database().organizationUnits();
    }

    @Override
    protected PermissionStore permissions() {
        return fresh.database().permissions();
    }

    @Override
    protected AuditStore audit() {
        return fresh.database().audit();
    }

    @Override
    protected ModelStore model() {
        return fresh.database().model();
    }

    @Override
    protected ApplicationKeyStore keys() {
        return fresh.database().applicationKeys();
    }

    @Test
    void theAuditLogCannotBeChanged() throws Exception {
        try (Connection connection = fresh.connect();
                Statement statement = connection.createStatement()) {
            for (String change :
                    List.of("UPDATE audit_entry SET detail = ''", "DELETE FROM audit_entry", "TRUNCATE audit_entry")) {
                assertRefused(() -> statement.execute(change));
            }
        }
    }

    @Test
    void nothingYoungIsRemovedFromTheAuditLogWhateverIsSaid() throws Exception {
        addEntry("young", "23 hours");
        addEntry("kept", "9 days");
        try (Connection connection = fresh.connect();
                Statement statement = connection.createStatement()) {
            for (String days : List.of("0", "-5", "1")) {
                statement.execute("SET steadfast.audit_retention_days = '" + days + "'");
                assertRefused(() -> statement.execute("DELETE FROM audit_entry WHERE user_name = 'young'"));
            }
            statement.execute("SET steadfast.audit_retention_days = '10'");
            assertRefused(() -> statement.execute("DELETE FROM audit_entry WHERE user_name = 'kept'"));
        }
    }

    @Test
    void oldEntriesOfTheAuditLogGoInSeveralTransactions() throws Exception {
        try (Connection connection = fresh.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO audit_entry (at, user_name, address, action, collection, name, detail)"
                    + " SELECT now() - interval '31 days', 'old', '', 'Login', '', '', ''"
                    + " FROM generate_series(1, 25000)");
        }
        addEntry("younger", "29 days");

        assertThat(audit().removeOlderThan(30)).isEqualTo(25_000);

        assertThat(entriesOf("old")).isZero();
        assertThat(entriesOf("younger")).isOne();
        assertThat(audit().removeOlderThan(30)).isZero();
    }

    @Test
    void oneNodeAtATimeRemovesOldEntriesOfTheAuditLog() throws Exception {
        addEntry("waits", "90 days");
        try (Connection other = fresh.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(" + 0x61756469_746c6f67L + ")");

            assertThat(audit().removeOlderThan(60)).isZero();
            assertThat(entriesOf("waits")).isOne();
            other.rollback();
        }

        assertThat(audit().removeOlderThan(60)).isOne();
        assertThat(entriesOf("waits")).isZero();
    }

    private static void addEntry(String user, String age) throws Exception {
        try (Connection connection = fresh.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO audit_entry (at, user_name, address, action, collection, name, detail)"
                    + " VALUES (now() - interval '" + age + "', '" + user + "', '', 'Login', '', '', '')");
        }
    }

    private int entriesOf(String user) throws Exception {
        return audit().query(0, Long.MAX_VALUE / 1_000_000, user, 100).size();
    }
}
