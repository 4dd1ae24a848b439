package org.steadfast.foundation.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a request comes from and how, by what load balancers say that may be trusted or not. */
class ClientAddressTest {
    private final ClientAddress addresses = new ClientAddress(List.of("10.0.0.0/8", "::1"));

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, , 10.0.0.1",
        "10.0.0.1, 192.0.2.7, 192.0.2.7",
        "10.0.0.1, '192.0.2.8, 192.0.2.7, 10.0.0.2', 192.0.2.7",
        "192.0.2.1, 192.0.2.7, 192.0.2.1",
        "[::1], 192.0.2.7, 192.0.2.7",
        "[2001:db8::1], 192.0.2.7, 2001:db8::1",
    })
    void isTheLastOneThatNoTrustedBalancerHas(String peer, String forwardedFor, String address) {
        assertThat(addresses.of(peer, forwardedFor)).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, https, true",
        "10.0.0.1, HTTPS, true",
        "10.0.0.1, 'http, https', true",
        "[::1], https, true",
        "10.0.0.1, http, false",
        "10.0.0.1, , false",
        "192.0.2.1, https, false",
    })
    void speaksTlsWithATrustedBalancer(String peer, String forwardedProto, boolean tls) {
        assertThat(addresses.isForwardedOverTls(peer, forwardedProto)).isEqualTo(tls);
    }
}
