package org.steadfast.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ClosingsTest {
    private static final InetSocketAddress FROM = new InetSocketAddress("198.51.100.7", 4711);
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final List<String> lines = new ArrayList<>();
    private final Closings closings = new Closings(lines::add);

    @Test
    void aFloodIsToldInSomeLinesAndANumber() {
        for (int i = 0; i < 1_000; i++) {
            closings.closed(Closings.Reason.LOGINS, i, FROM, "the last one just now", i);
        }
        closings.closed(Closings.Reason.SILENT, 7, FROM, "for PT2M", 1_000);
        assertThat(lines).hasSize(Closings.TOLD + 1);
        assertThat(lines.get(0)).contains("session 0").contains("198.51.100.7").contains("too many logins failed");
        assertThat(lines.get(Closings.TOLD)).contains("nothing was heard").contains("PT2M");

        closings.sweep(MINUTE - 1);
        assertThat(lines).hasSize(Closings.TOLD + 1);
        closings.sweep(MINUTE);
        closings.sweep(MINUTE + 1);
        assertThat(lines).hasSize(Closings.TOLD + 2);
        assertThat(lines.get(Closings.TOLD + 1)).startsWith("980 more").contains("too many logins failed");
    }

    @Test
    void eachMinuteBeginsAnew() {
        for (int minute = 0; minute < 3; minute++) {
            for (int i = 0; i <= Closings.TOLD; i++) {
                closings.closed(Closings.Reason.MALFORMED, i, FROM, "no frame", minute * MINUTE + i);
            }
        }
        assertThat(lines.stream().filter(line -> line.startsWith("1 more"))).hasSize(2);
        assertThat(lines).hasSize(3 * Closings.TOLD + 2);
    }
}
