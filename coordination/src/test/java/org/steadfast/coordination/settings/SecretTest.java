package org.steadfast.coordination.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTest {
    @TempDir
    private Path folder;

    @Test
    void isNotPrinted() {
        assertThat(new Secret("hunter2")).hasToString("***");
        assertThat(new ClusterSettings(
                        "n",
                        java.util.List.of("h:1"),
                        "s",
                        java.time.Duration.ZERO,
                        java.time.Duration.ZERO,
                        new Secret("hunter2")))
                .asString()
                .contains("h:1")
                .doesNotContain("hunter2");
    }

    @Test
    void equalsByValue() {
        assertThat(new Secret("a"))
                .isEqualTo(new Secret("a"))
                .hasSameHashCodeAs(new Secret("a"))
                .isNotEqualTo(new Secret("b"));
    }

    @Test
    void isInNoProblem() throws Exception {
        SettingsFolder settings = new SettingsFolder(folder).shared("""
                        {"Platform": {"SampleSettings": {"Password": "hunter2", "Count": 0, "Pasword": "hunter3"}}}
                        """);
        InvalidSettingsException failure = catchThrowableOfType(
                InvalidSettingsException.class, () -> settings.read(SampleSettings.PATH, SampleSettings.class));
        assertThat(failure.problems()).hasSize(2);
        assertThat(failure.toString() + failure.problems()).doesNotContain("hunter");
    }
}
