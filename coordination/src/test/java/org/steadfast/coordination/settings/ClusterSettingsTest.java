package org.steadfast.coordination.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterSettingsTest {
    @TempDir
    private Path folder;

    private SettingsFolder settings;

    @BeforeEach
    void open() {
        settings = new SettingsFolder(folder);
    }

    private void write(String platformId, String hosts, String more) throws Exception {
        settings.shared("{\"PlatformSettingsConfig\": {\"ClusteredModeSettings\": {\"PlatformId\": \"" + platformId
                + "\", \"CoordinatorHosts\": \"" + hosts + "\", \"LinkKey\": \"key\"" + more + "}}}");
    }

    @Test
    void hasDefaultsForAllThatIsNotOfThisCluster() throws Exception {
        write("foundation1", "one:2181, two:2181,three:2181", "");
        ClusterSettings read = settings.read(ClusterSettings.PATH, ClusterSettings.class);
        assertThat(read)
                .isEqualTo(new ClusterSettings(
                        "foundation1",
                        List.of("one:2181", "two:2181", "three:2181"),
                        "steadfast",
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(15),
                        new Secret("key")));
        assertThat(read.connectString()).isEqualTo("one:2181,two:2181,three:2181");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "one:0             | CoordinatorHosts: one:0 is not host:port",
                "one:65536         | CoordinatorHosts: one:65536 is not host:port",
                "' , '             | CoordinatorHosts names no coordinator",
            })
    void refusesWhatIsNoListOfCoordinators(String hosts, String message) throws Exception {
        write("foundation1", hosts, "");
        assertThat(settings.problems(ClusterSettings.PATH, ClusterSettings.class))
                .containsExactly(ClusterSettings.PATH + ": " + message);
    }

    @ParameterizedTest
    @CsvSource({
        "one, one",
        "'one:2181,two', two",
        "one:two, one:two",
        "one:2181:3, one:2181:3",
        ":2181, :2181",
        "one:2181/steadfast, one:2181/steadfast"
    })
    void refusesWhatIsNoAddressBesideOtherProblems(String hosts, String wrong) throws Exception {
        write("foundation-1", hosts, "");
        assertThat(settings.problems(ClusterSettings.PATH, ClusterSettings.class))
                .containsExactly(
                        ClusterSettings.PATH + ".PlatformId: must match [a-zA-Z0-9]{1,32}, not \"foundation-1\"",
                        ClusterSettings.PATH + ".CoordinatorHosts: must match [^:\\s]+:\\d{1,5}, not \"" + wrong
                                + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "foundation-1", "../x", "123456789012345678901234567890123"})
    void refusesAPlatformIdThatCannotBeAName(String platformId) throws Exception {
        write(platformId, "one:2181", "");
        assertThat(settings.problems(ClusterSettings.PATH, ClusterSettings.class))
                .containsExactly(
                        ClusterSettings.PATH + ".PlatformId: must match [a-zA-Z0-9]{1,32}, not \"" + platformId + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "a/", "a//b", ""})
    void refusesANamespaceThatIsNoPath(String namespace) throws Exception {
        write("foundation1", "one:2181", ", \"ZKNamespace\": \"" + namespace + "\"");
        assertThat(settings.problems(ClusterSettings.PATH, ClusterSettings.class))
                .singleElement()
                .asString()
                .startsWith(ClusterSettings.PATH + ".ZKNamespace: must match ");
    }

    @Test
    void refusesASessionThatIsTooShort() throws Exception {
        write("foundation1", "one:2181", ", \"CoordinatorSessionTimeout\": \"2 s\"");
        assertThat(settings.problems(ClusterSettings.PATH, ClusterSettings.class))
                .containsExactly(
                        ClusterSettings.PATH + ".CoordinatorSessionTimeout: must lie between 4000 and 90000, not 2000");
    }
}
