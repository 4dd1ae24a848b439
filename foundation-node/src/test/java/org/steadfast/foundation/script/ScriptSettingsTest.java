package org.steadfast.foundation.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.SettingsFile;
import org.steadfast.foundation.FoundationSettings;

class ScriptSettingsTest {
    @TempDir
    private Path folder;

    @Test
    void aScriptMayNotTakeLongerThanTheRequestThatItAnswers() throws Exception {
        assertThat(problems("11 s", "10 s"))
                .contains("PlatformSettingsConfig.ScriptSettings.ScriptTimeout: is 11000 ms, longer than"
                        + " PlatformSettingsConfig.FoundationNodeSettings.RequestDeadline, 10000 ms;"
                        + " make it shorter or the deadline longer");
        assertThat(problems("10 s", "10 s")).doesNotContain("ScriptTimeout");
    }

    /** The other sections lack what has no default. */
    private String problems(String timeout, String deadline) throws Exception {
        Files.writeString(
                folder.resolve(SettingsFile.NAME),
                "{\"PlatformSettingsConfig\":{\"ScriptSettings\":{\"ScriptTimeout\":\"" + timeout
                        + "\"},\"FoundationNodeSettings\":{\"RequestDeadline\":\"" + deadline + "\"}}}");
        return catchThrowableOfType(
                        InvalidSettingsException.class,
                        () -> FoundationSettings.read(SettingsFile.load(folder, "node1", Map.of()), Map.of(), Set.of()))
                .getMessage();
    }
}
