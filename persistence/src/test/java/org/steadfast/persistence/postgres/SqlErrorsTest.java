package org.steadfast.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoreException.Kind;

class SqlErrorsTest {

    @ParameterizedTest(name = "{0} is {1}: {2}")
    @CsvSource({
        "08000, UNAVAILABLE, connection exception",
        "08001, UNAVAILABLE, connection refused",
        "08003, UNAVAILABLE, connection does not exist",
        "08006, UNAVAILABLE, connection lost or timed out",
        "40001, UNAVAILABLE, serialization failure",
        "40P01, UNAVAILABLE, deadlock",
        "57P01, UNAVAILABLE, shut down by an administrator",
        "57P02, UNAVAILABLE, another backend crashed",
        "57P03, UNAVAILABLE, starting up",
        "53300, UNAVAILABLE, too many connections",
        "25006, UNAVAILABLE, a standby",
        "28000, REFUSED, not allowed to log in",
        "28P01, REFUSED, wrong password",
        "42501, REFUSED, no privilege",
        "3D000, REFUSED, no such database",
        "23505, FAILED, unique violation",
        "42P01, FAILED, no such table",
        "22021, FAILED, character that cannot be held",
        "21000, FAILED, same key twice",
        "57014, TOO_SLOW, query cancelled",
        "XX000, FAILED, internal error",
        "'', FAILED, no state"
    })
    void tellsKindsByState(String state, Kind kind, String meaning) {
        assertThat(SqlErrors.kind(new SQLException(meaning, state))).isEqualTo(kind);
    }

    @Test
    void copesWithAnErrorThatSaysNothing() {
        assertThat(SqlErrors.kind(new SQLException((String) null))).isEqualTo(Kind.FAILED);
    }

    @Test
    void knowsThePoolsAndPgpoolsWordsForALostDatabase() {
        assertThat(SqlErrors.kind(new SQLTransientConnectionException("pool is empty")))
                .isEqualTo(Kind.UNAVAILABLE);
        assertThat(SqlErrors.kind(new SQLTransientConnectionException("login refused", "28P01")))
                .isEqualTo(Kind.REFUSED);
        assertThat(SqlErrors.kind(new SQLException("unable to read message length, DB node id: 0", "XX000")))
                .isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void looksIntoCauses() {
        SQLException lost = new SQLException("lost", "08006");

        assertThat(SqlErrors.kind(new SQLException("wrapped", lost))).isEqualTo(Kind.UNAVAILABLE);
        assertThat(SqlErrors.kind(new IllegalStateException(new RuntimeException(lost))))
                .isEqualTo(Kind.UNAVAILABLE);
        assertThat(SqlErrors.kind(new IllegalStateException("no database in it")))
                .isEqualTo(Kind.FAILED);
    }

    @Test
    void saysWhatWasTriedAndWhatCameOfIt() {
        SQLException cause = new SQLException("gone", "08006");
        StoreException translated = SqlErrors.translate("writing 3 values", cause);

        assertThat(translated).hasMessage("writing 3 values: gone").hasCause(cause);
        assertThat(SqlErrors.isUniqueViolation(new SQLException("twice", "23505")))
                .isTrue();
        assertThat(SqlErrors.isUniqueViolation(cause)).isFalse();
        assertThat(SqlErrors.isViolationOf("some_constraint", cause)).isFalse();
    }
}
