package org.steadfast.distribution.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.distribution.CommandLineResult;
import org.steadfast.distribution.OpenTempFolder;

/** The unit that {@code cluster systemd} prints, looked at by systemd itself. */
class SystemdUnitTest {
    /** Of 100, as systemd-analyze security counts; 20 when this was written, of an unprotected service 96. */
    private static final int MOST_EXPOSURE = 25;

    @TempDir(factory = OpenTempFolder.class)
    private Path temp;

    private Path instance;

    @BeforeEach
    void layOut() {
        instance = temp.resolve("100% of \"us\" $HOME");
        assertThat(CommandLineResult.of("cluster", "create", "--free-ports", "--instance=" + instance)
                        .status())
                .isZero();
    }

    private CommandLineResult unit(String... more) {
        String[] words = {
            "cluster",
            "systemd",
            "--home=" + HomeFolder.HOME,
            "--template=" + HomeFolder.HOME.resolve("templates/systemd/steadfast.service"),
            "--instance=" + instance
        };
        String[] all = new String[words.length + more.length];
        System.arraycopy(words, 0, all, 0, words.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return CommandLineResult.of(all);
    }

    @Test
    void systemdTakesItAndFindsLittleThatItMayDo() throws Exception {
        assumeTrue(HomeFolder.isInstalled("systemd-analyze"), "systemd-analyze is not installed");
        Path file = temp.resolve("steadfast.service");
        Files.writeString(file, unit().out());

        HomeFolder.Answer verified = HomeFolder.run(Map.of(), "systemd-analyze", "verify", file.toString());
        // It reads what else is installed as well, and complains of that.
        assertThat(verified.out().lines().filter(line -> line.contains("steadfast")))
                .isEmpty();
        assertThat(verified.status()).as(verified.out()).isZero();
        HomeFolder.Answer security = HomeFolder.run(
                Map.of(),
                "systemd-analyze",
                "security",
                "--offline=true",
                "--threshold=" + MOST_EXPOSURE,
                file.toString());
        assertThat(security.status()).as(security.out()).isZero();
    }

    @Test
    void namesWhatItRunsAndMayWrite() {
        CommandLineResult result = unit("--user=factory");
        assertThat(result.status()).isZero();
        String escaped = instance.toString().replace("%", "%%").replace("\"", "\\\"");
        assertThat(result.out())
                .contains(
                        "ExecStart=\"" + HomeFolder.HOME + "/bin/steadfast\" cluster run --service \"--instance="
                                + escaped.replace("$", "$$") + "\"\n",
                        "ReadWritePaths=\"" + escaped + "\"\n",
                        "User=factory\n")
                .doesNotContain("{{");
    }

    @Test
    void mayWriteEveryFolderThatTheSettingsName() throws Exception {
        Path settings = instance.resolve("ThingworxPlatform/platform-settings.json");
        String text = Files.readString(settings);
        Files.writeString(settings, text.replace("../ThingworxStorage", "/mnt/elsewhere/ThingworxStorage"));
        assertThat(unit().out().lines().filter(line -> line.startsWith("ReadWritePaths=")))
                .singleElement()
                .asString()
                .endsWith(" \"-/mnt/elsewhere/ThingworxStorage\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "", "a b", "x\nExecStart=/bin/sh"})
    void aUserThatCannotBeIsRefused(String user) {
        CommandLineResult result = unit("--user=" + user);
        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors()).contains("--user must be the name of a user other than root");
    }
}
