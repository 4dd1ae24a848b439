package org.steadfast.coordination.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
    @ParameterizedTest
    @CsvSource({
        "Stroage, Storage",
        "storage, Storage",
        "BACKUPSTORAGE, BackupStorage",
        "HtpPorts, HttpPort",
        "Hosts, Host",
        "'', Host"
    })
    void findsTheNearest(String name, String nearest) {
        assertThat(EditDistance.nearest(name, Set.of("Storage", "BackupStorage", "HttpPort", "Host")))
                .isEqualTo(nearest);
    }

    @Test
    void findsNothingAmongNothing() {
        assertThat(EditDistance.nearest("Storage", Set.of())).isNull();
    }
}
