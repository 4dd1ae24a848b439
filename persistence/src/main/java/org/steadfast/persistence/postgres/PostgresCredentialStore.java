package org.steadfast.persistence.postgres;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.steadfast.persistence.store.CredentialStore;
import org.steadfast.persistence.store.StoreException;

/** Credentials in the table {@code user_credential}. */
final class PostgresCredentialStore implements CredentialStore {
    /** A lock that has ended leaves its count behind: the next failure is the first one again. */
    private static final String COUNT_FAILURE = """
            update user_credential as c set failures = n.failures,
                locked_until = case when n.failures >= ? then now() + ? * interval '1 millisecond' else c.locked_until end
            from (
                select user_name, case when locked_until <= now() then 1 else failures + 1 end as failures
                from user_credential where user_name = ? for update
            ) as n
            where c.user_name = n.user_name
            returning c.locked_until > now()""";

    private final Statements statements;

    PostgresCredentialStore(DataSource pool) {
        this.statements = new Statements(pool);
    }

    @Override
    public Optional<Credential> find(String user) throws StoreException {
        if (user.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        return statements
                .rows(
                        "looking up a password",
                        "select hash, failures, coalesce(locked_until > now(), false) from user_credential"
                                + " where user_name = ?",
                        row -> new Credential(row.getString(1), row.getInt(2), row.getBoolean(3)),
                        user)
                .stream()
                .findFirst();
    }

    @Override
    public void put(String user, String hash) throws StoreException {
        statements.change(
                "keeping a password",
                "insert into user_credential (user_name, hash) values (?, ?) on conflict (user_name) do update set"
                        + " hash = excluded.hash, changed = now(), failures = 0, locked_until = null",
                user,
                hash);
    }

    @Override
    public void putFirst(String user, String hash) throws StoreException {
        statements.change(
                "keeping a first password",
                "insert into user_credential (user_name, hash) values (?, ?) on conflict (user_name) do nothing",
                user,
                hash);
    }

    @Override
    public boolean countFailure(String user, int most, Duration lock) throws StoreException {
        List<Boolean> locked = statements.rows(
                "counting a failed login", COUNT_FAILURE, row -> row.getBoolean(1), most, lock.toMillis(), user);
        return !locked.isEmpty() && locked.get(0);
    }

    @Override
    public void forgetFailures(String user) throws StoreException {
        statements.change(
                "forgetting failed logins",
                "update user_credential set failures = 0, locked_until = null where user_name = ?",
                user);
    }
}
