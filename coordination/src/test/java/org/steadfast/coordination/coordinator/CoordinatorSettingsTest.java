package org.steadfast.coordination.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.InvalidSettingsException.Problem;
import org.steadfast.coordination.settings.SettingsFile;
import org.steadfast.coordination.settings.SettingsReader;

class CoordinatorSettingsTest {
    @TempDir
    private Path folder;

    private CoordinatorSettings read(String ensemble, int serverId) throws Exception {
        Files.writeString(
                folder.resolve(SettingsFile.NAME),
                "{\"PlatformSettingsConfig\": {\"CoordinatorSettings\": {\"Ensemble\": \"" + ensemble
                        + "\", \"ServerId\": " + serverId + "}}}");
        SettingsReader reader =
                new SettingsReader(SettingsFile.load(folder, "coordinator1", Map.of()), Map.of(), Set.of());
        CoordinatorSettings settings = reader.section(CoordinatorSettings.PATH, CoordinatorSettings.class);
        reader.finish();
        return settings;
    }

    @Test
    void standsAloneByDefault() throws Exception {
        assertThat(read("", 1))
                .isEqualTo(new CoordinatorSettings(
                        "127.0.0.1",
                        2181,
                        1,
                        List.of(),
                        folder.resolveSibling("coordinator/data"),
                        folder.resolveSibling("coordinator/log"),
                        Duration.ofSeconds(1),
                        3,
                        60));
    }

    @Test
    void takesAnEnsemble() throws Exception {
        assertThat(read("1=a:2888:3888, 2=b:2888:3888, 3=c:2888:3888", 2).ensemble())
                .containsExactly("1=a:2888:3888", "2=b:2888:3888", "3=c:2888:3888");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1=a:1:2                         | 1 | Ensemble has 1 servers; it needs an odd number, at least 3",
                "1=a:1:2,2=b:1:2                 | 1 | Ensemble has 2 servers; it needs an odd number, at least 3",
                "1=a:1:2,2=b:1:2,3=c:1:2,4=d:1:2 | 1 | Ensemble has 4 servers; it needs an odd number, at least 3",
                "1=a:1:2,2=b:1:2,3=c:1:2         | 4 | Ensemble does not list this server, ServerId 4",
                "1=a:1:2,2=b:1:2,2=c:1:2         | 1 | Ensemble lists the server 2 twice",
                "1=a:1:2,2=b:1:2,3=c:1           | 1 | Ensemble: 3=c:1 is not id=host:peerPort:electionPort",
                "1=a:1:2,2=b:1:2,c:1:2           | 1 | Ensemble: c:1:2 is not id=host:peerPort:electionPort",
                "1=a:1:2,2=b:1:2,0=c:1:2         | 1 | Ensemble: 0=c:1:2 is not id=host:peerPort:electionPort",
                "1=a:1:2,2=b:1:2,256=c:1:2       | 1 | Ensemble: 256=c:1:2 is not id=host:peerPort:electionPort",
                "1=a:1:2,2=b:1:2,3=c:0:2         | 1 | Ensemble: 3=c:0:2 is not id=host:peerPort:electionPort",
                "1=a:1:2,2=b:1:2,3=c:1:65536     | 1 | Ensemble: 3=c:1:65536 is not id=host:peerPort:electionPort",
            })
    void refusesWhatIsNoEnsemble(String ensemble, int serverId, String message) {
        InvalidSettingsException failure =
                catchThrowableOfType(InvalidSettingsException.class, () -> read(ensemble, serverId));
        assertThat(failure.problems()).containsExactly(new Problem(CoordinatorSettings.PATH, message));
    }
}
