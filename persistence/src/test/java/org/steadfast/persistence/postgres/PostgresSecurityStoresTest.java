package org.steadfast.persistence.postgres;

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
            for (String change : List.of("UPDATE audit_entry SET detail = ''", "DELETE FROM audit_entry")) {
                assertRefused(() -> statement.execute(change));
            }
        }
    }
}
