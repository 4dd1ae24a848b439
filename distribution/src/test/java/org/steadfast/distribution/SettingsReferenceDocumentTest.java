package org.steadfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The reference page of settings is what the records say. */
final class SettingsReferenceDocumentTest {
    private static final Path PAGE = Path.of("../docs/reference/settings.md");

    @Test
    void thePageIsWhatTheCommandPrints() throws IOException {
        StringWriter printed = new StringWriter();
        CommandLine commands = Steadfast.commandLine().setOut(new PrintWriter(printed));

        assertThat(commands.execute("settings-reference")).isZero();

        assertThat(Files.readString(PAGE))
                .as(
                        "%s is out of date; write it anew: bin/steadfast settings-reference > docs/reference/settings.md",
                        PAGE)
                .isEqualTo(printed.toString());
    }
}
