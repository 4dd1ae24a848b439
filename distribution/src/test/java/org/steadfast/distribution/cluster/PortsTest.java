package org.steadfast.distribution.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortsTest {
    private static final String HOST = "127.0.0.1";

    @Test
    void thePortInUseIsPassedOver() throws IOException {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getByName(HOST), 0));
            int usual = taken.getLocalPort();
            assertThat(new Ports(false, host -> true).next(HOST, usual)).isGreaterThan(usual);
        }
    }

    @Test
    void noPortIsGivenTwice() throws IOException {
        for (boolean anyFree : new boolean[] {true, false}) {
            Ports ports = new Ports(anyFree, host -> true);
            Set<Integer> given = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                assertThat(given.add(ports.next(HOST, 21_000))).isTrue();
            }
        }
    }
}
