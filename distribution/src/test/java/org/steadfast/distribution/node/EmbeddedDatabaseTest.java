package org.steadfast.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;

class EmbeddedDatabaseTest {
    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://127.0.0.1:5433/thingworx, thingworx",
        "jdbc:postgresql://localhost/thingworx?ssl=true, thingworx",
        "'jdbc:postgresql://one:5432,two:5432/thingworx', thingworx",
        "jdbc:postgresql://[::1]:5433/thingworx, thingworx"
    })
    void theDatabaseIsNamedByItsAddress(String url, String database) throws Exception {
        assertThat(EmbeddedDatabase.databaseOf(url)).isEqualTo(database);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://127.0.0.1:5433",
                "jdbc:postgresql://127.0.0.1:5433/",
                "jdbc:postgresql://a b/c"
            })
    void anAddressWithoutDatabaseIsASettingThatCannotBeUsed(String url) {
        NodeFailure failure = catchThrowableOfType(NodeFailure.class, () -> EmbeddedDatabase.databaseOf(url));
        assertThat(failure.exitCode()).isEqualTo(ExitCode.SETTINGS_INVALID);
        assertThat(failure)
                .hasMessageContaining("ConnectionInformation.jdbcUrl")
                .hasMessageNotContaining("\n");
    }

    @Test
    void passwordsInTheAddressAreNotShown() {
        NodeFailure failure = catchThrowableOfType(
                NodeFailure.class, () -> EmbeddedDatabase.databaseOf("jdbc:postgresql://h/?password=hunter2"));
        assertThat(failure).hasMessageNotContaining("hunter2");
    }
}
