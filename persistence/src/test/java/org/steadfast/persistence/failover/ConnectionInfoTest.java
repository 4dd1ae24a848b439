package org.steadfast.persistence.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionInfoTest {
    @Test
    void whatPgBasebackupWritesIsReadAndMoved() {
        ConnectionInfo info = ConnectionInfo.parse(
                "user=repl password='it''s' channel_binding=prefer host=db1 port=5433 application_name=db2 hostaddr='10.0.0.1'"
                        .replace("''", "\\'"));
        assertThat(info.name("15/main")).isEqualTo("db2");
        assertThat(ConnectionInfo.parse("host=db1").name("15/Main")).isEqualTo("15/main");
        assertThat(info.server()).isEqualTo(new ServerAddress("db1", 5433));
        ConnectionInfo moved =
                ConnectionInfo.parse(info.at(new ServerAddress("db3", 5434)).text());
        assertThat(moved.server()).isEqualTo(new ServerAddress("db3", 5434));
        assertThat(moved.name("")).isEqualTo("db2");
        assertThat(moved.text()).contains("password='it\\'s'").doesNotContain("hostaddr");
    }

    @ParameterizedTest
    @CsvSource({
        "host=db1, db1, 5432",
        "hostaddr = 10.0.0.1 port = 7, 10.0.0.1, 7",
        "'', '', 5432",
        "'  host=''a b''  ', 'a b', 5432"
    })
    void theServerIsFound(String text, String host, int port) {
        assertThat(ConnectionInfo.parse(text).server()).isEqualTo(new ServerAddress(host, port));
    }

    @Test
    void severalServersAreNoneOfOurs() {
        assertThat(ConnectionInfo.parse("host=a,b port=1,2").server().port()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "host='db1"})
    void whatIsBrokenIsRefused(String text) {
        assertThatThrownBy(() -> ConnectionInfo.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesAreQuotedAndKnownAgain() {
        assertThat(StandbyNames.text(Set.of())).isEmpty();
        assertThat(StandbyNames.text(Set.of("b", "a\"c"))).isEqualTo("ANY 1 (\"a\"\"c\", \"b\")");
        assertThat(StandbyNames.isWithin("ANY 1 (\"b\")", Set.of("a", "b"))).isTrue();
        assertThat(StandbyNames.isWithin("ANY 1 (\"b\", \"c\")", Set.of("a", "b")))
                .isFalse();
        assertThat(StandbyNames.isWithin("", Set.of("a"))).isFalse();
        assertThat(StandbyNames.isWithin("ANY 1 (*)", Set.of("a"))).isFalse();
        assertThat(StandbyNames.isWithin("FIRST 1 (\"a\")", Set.of("a"))).isFalse();
    }
}
