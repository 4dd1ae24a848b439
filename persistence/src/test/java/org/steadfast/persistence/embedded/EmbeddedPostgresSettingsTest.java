package org.steadfast.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddedPostgresSettingsTest {
    @Test
    void showsNoPassword() {
        assertThat(settings("localhost", 5432, "first-Secret", "steadfast", "second-Secret", "platform"))
                .asString()
                .contains("localhost", "5432", "steadfast", "platform")
                .doesNotContain("Secret");
    }

    @Test
    void hasAnAccountByDefault() {
        assertThat(settings("localhost", 5432, "a", "steadfast", "b", "platform")
                        .runAsUser())
                .isEqualTo(SystemAccounts.defaultServerAccount());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local host  | 5432  | a | steadfast      | b | platform  | host",
                "a,b         | 5432  | a | steadfast      | b | platform  | host",
                "it's        | 5432  | a | steadfast      | b | platform  | host",
                "localhost   | 0     | a | steadfast      | b | platform  | port",
                "localhost   | 65536 | a | steadfast      | b | platform  | port",
                "localhost   | 5432  | '' | steadfast     | b | platform  | superuser password",
                "localhost   | 5432  | a | steadfast      |   | platform  | application password",
                "localhost   | 5432  | a | postgres       | b | platform  | superuser",
                "localhost   | 5432  | a | pg_monitor     | b | platform  | application user",
                "localhost   | 5432  | a | say \"\"hello  | b | platform  | application user",
                "localhost   | 5432  | a | steadfast      | b | postgres  | database",
                "localhost   | 5432  | a | steadfast      | b | template1 | database",
                "localhost   | 5432  | a | steadfast      | b | a/b?c     | database",
            })
    void refusesWhatCannotBeUsed(
            String host, int port, String superuser, String user, String password, String database, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(host, port, superuser, user, password, database))
                .withMessageContaining(named);
    }

    @Test
    void refusesAPasswordOfSeveralLines() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings("localhost", 5432, "first\nSecret", "steadfast", "b", "platform"))
                .withMessageNotContaining("Secret");
    }

    private static EmbeddedPostgresSettings settings(
            String host, int port, String superuser, String user, String password, String database) {
        return new EmbeddedPostgresSettings(
                Path.of("/data/database"),
                Path.of("/data/programs"),
                host,
                port,
                superuser,
                user,
                password,
                database,
                "");
    }
}
