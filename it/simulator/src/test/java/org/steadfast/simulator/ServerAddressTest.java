package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {
    @Test
    void reads_lists_and_ipv6() {
        assertThat(ServerAddress.parseList("a.example:1, 127.0.0.1:65535,[::1]:8080"))
                .containsExactly(
                        new ServerAddress("a.example", 1),
                        new ServerAddress("127.0.0.1", 65535),
                        new ServerAddress("[::1]", 8080));
        assertThat(ServerAddress.parse("[::1]:8080").uri("ws", "/x").toString()).isEqualTo("ws://[::1]:8080/x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                "host:",
                ":80",
                "host:x",
                "host:0",
                "host:65536",
                "::1:80",
                "a b:80",
                "u@h:80",
                "h/x:80"
            })
    void refuses_what_is_no_address(String text) {
        assertThatThrownBy(() -> ServerAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
