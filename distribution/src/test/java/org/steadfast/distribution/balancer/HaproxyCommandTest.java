package org.steadfast.distribution.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.distribution.CommandLineResult;

class HaproxyCommandTest {
    private static final String TEMPLATE = "--template=" + Path.of("src/main/home/templates/haproxy.cfg");

    @TempDir
    private Path folder;

    private static CommandLineResult run(String... options) {
        List<String> words = new ArrayList<>(List.of("haproxy", TEMPLATE));
        words.addAll(List.of(options));
        return CommandLineResult.of(words.toArray(String[]::new));
    }

    @Test
    void namesTheNodesThatItIsGiven() {
        CommandLineResult result = run(
                "--foundation-node=f1=10.0.0.1:8080",
                "--foundation-node=f2=10.0.0.2:8080",
                "--connection-server=c1=gate.example:8443",
                "--rest=10.0.0.9:80");

        assertThat(result.status()).isZero();
        assertThat(result.out())
                .contains("  server f1 10.0.0.1:8080 cookie f1\n  server f2 10.0.0.2:8080 cookie f2\n")
                .contains("  server c1 gate.example:8443\n")
                .contains("  bind 10.0.0.9:80\n")
                .contains("  bind :9443\n")
                .doesNotContain("{{");
    }

    @Test
    void takesTheNodesOfAClusterOnThisMachine() {
        Path instance = folder.resolve("instance");
        assertThat(CommandLineResult.of("cluster", "create", "--instance=" + instance, "--free-ports")
                        .status())
                .isZero();
        CommandLineResult result = run("--instance=" + instance);

        assertThat(result.status()).isZero();
        assertThat(result.out().lines().filter(line -> line.startsWith("  server ")))
                .hasSize(4)
                .anyMatch(line -> line.startsWith("  server foundation2 127.0.0.1:"))
                .anyMatch(line -> line.startsWith("  server connection1 127.0.0.1:"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"f1", "f1=10.0.0.1", "f-1=10.0.0.1:80", "f1=a b:80", "f1=10.0.0.1:80\n  server x y:1"})
    void refusesWhatIsNoNode(String node) {
        CommandLineResult result = run("--foundation-node=" + node, "--connection-server=c1=10.0.0.1:8443");

        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors()).contains("--foundation-node", "foundation1=10.0.0.1:8080");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(run("--foundation-node=f1=10.0.0.1:80").status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(run("--foundation-node=f1=10.0.0.1:80").errors()).contains("--connection-server");

        CommandLineResult nowhere = run("--instance=" + folder.resolve("nowhere"));
        assertThat(nowhere.status()).isEqualTo(ExitCode.STORAGE_UNUSABLE.code());
        assertThat(nowhere.errors()).contains("nowhere").hasLineCount(1);

        CommandLineResult template = CommandLineResult.of(
                "haproxy",
                "--template=" + folder.resolve("gone.cfg"),
                "--foundation-node=f1=10.0.0.1:80",
                "--connection-server=c1=10.0.0.1:8443");
        assertThat(template.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(template.errors()).contains("gone.cfg").hasLineCount(1);
        assertThat(Files.exists(folder.resolve("gone.cfg"))).isFalse();
    }
}
