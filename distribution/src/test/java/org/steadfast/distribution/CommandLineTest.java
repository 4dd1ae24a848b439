package org.steadfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.coordination.chassis.ExitCode;
import picocli.CommandLine;

/** What the command line tells, and how it ends. */
final class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commands =
            Steadfast.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "cluster",
                "cluster run",
                "cluster create",
                "foundation-node",
                "connection-server",
                "coordinator",
                "database",
                "settings-reference"
            })
    void everyCommandExplainsItself(String command) {
        String[] arguments = (command + " --help").strip().split(" ");

        assertThat(commands.execute(arguments)).isZero();
        assertThat(out.toString()).contains("Usage: steadfast " + command);
    }

    @Test
    void aWrongOptionIsAUsageErrorAndNamesTheRightOnes() {
        assertThat(commands.execute("foundation-node", "--idd=x")).isEqualTo(ExitCode.USAGE.code());
        assertThat(err.toString()).contains("--id");
    }

    @Test
    void theHelpListsEveryExitStatus() {
        commands.execute("--help");

        for (ExitCode code : ExitCode.values()) {
            assertThat(out.toString()).containsPattern("(?m)^ *" + code.code() + " ");
        }
    }
}
