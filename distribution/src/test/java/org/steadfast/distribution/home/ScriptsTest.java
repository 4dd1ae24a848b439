package org.steadfast.distribution.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.steadfast.distribution.CommandLineResult;
import org.steadfast.distribution.home.HomeFolder.Answer;

@Timeout(120)
class ScriptsTest {
    private static final Path STEADFAST = HomeFolder.HOME.resolve("bin/steadfast");

    @TempDir
    private Path temp;

    static List<Path> scripts() throws IOException {
        return HomeFolder.scripts();
    }

    @Test
    void theDoorsThatPeopleUseAreThere() throws IOException {
        assertThat(scripts())
                .map(script -> script.getFileName().toString())
                .contains(
                        "steadfast",
                        "foundation-node",
                        "connection-server",
                        "zookeeper",
                        "cluster",
                        "device-simulator");
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void isGoodShell(Path script) throws Exception {
        assertThat(HomeFolder.run(Map.of(), "sh", "-n", script.toString())).isEqualTo(new Answer(0, ""));
        assertThat(Files.readAllLines(script)).first().isEqualTo("#!/bin/sh");
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void isExecutable(Path script) throws Exception {
        assertThat(script).isExecutable();
        assumeTrue(
                HomeFolder.isInstalled("git"), "git is not installed: file modes in the repository were not looked at");
        Answer tracked = HomeFolder.run(Map.of(), "git", "ls-files", "-s", script.toString());
        assumeTrue(
                tracked.status() == 0 && !tracked.out().isBlank(),
                "not a git work tree: file modes in the repository were not looked at");
        assertThat(tracked.out()).startsWith("100755 ");
    }

    @Test
    void shellcheckHasNothingToSay() throws Exception {
        assumeTrue(
                HomeFolder.isInstalled("shellcheck"),
                "shellcheck is not installed: the scripts were only parsed; apt-get install shellcheck");
        List<String> command = new ArrayList<>(List.of("shellcheck"));
        scripts().forEach(script -> command.add(script.toString()));
        HomeFolder.otherScripts().forEach(script -> command.add(script.toString()));
        assertThat(HomeFolder.run(Map.of(), command.toArray(String[]::new))).isEqualTo(new Answer(0, ""));
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void leadsToACommandThatIsThere(Path script) throws Exception {
        Matcher door = Pattern.compile("/steadfast\" ([a-z-]+) \"\\$@\"").matcher(Files.readString(script));
        if (script.equals(STEADFAST)) {
            return;
        }
        assertThat(door.find()).isTrue();
        if (!door.group(1).equals("device-simulator")) {
            assertThat(CommandLineResult.of(door.group(1), "--help").out())
                    .startsWith("Usage: steadfast " + door.group(1) + " ");
        }
    }

    /** Runs a script from another folder and through a link, as an installation in the path would be. */
    private String print(String script, Map<String, String> environment, String... arguments) throws Exception {
        Path link = temp.resolve("link to " + script);
        Files.createSymbolicLink(link, HomeFolder.HOME.resolve("bin").resolve(script));
        List<String> command = new ArrayList<>(List.of("sh", link.toString()));
        command.addAll(List.of(arguments));
        Map<String, String> all = new java.util.HashMap<>(environment);
        all.put("PRINT_COMMAND", "1");
        Answer answer = HomeFolder.run(all, command.toArray(String[]::new));
        Files.delete(link);
        assertThat(answer.status()).as(answer.out()).isZero();
        return answer.out().strip();
    }

    @Test
    void aCommandRunsWithItsOwnOptions() throws Exception {
        assertThat(print("foundation-node", Map.of(), "--id=foundation1", "a b"))
                .contains("/java @" + HomeFolder.HOME + "/conf/jvm/foundation-node.options ")
                .contains(" -Dsteadfast.home=" + HomeFolder.HOME + " ")
                .contains(" -Dlog4j2.configurationFile=" + HomeFolder.HOME + "/conf/log4j2.xml ")
                .contains(" -cp " + HomeFolder.HOME + "/lib/* ")
                .endsWith(" org.steadfast.distribution.Steadfast foundation-node --id=foundation1 a b");
        assertThat(print("zookeeper", Map.of(), "--id=coordinator1"))
                .contains("/conf/jvm/coordinator.options ")
                .endsWith(" coordinator --id=coordinator1");
    }

    @Test
    void aCommandWithoutOptionsOfItsOwnRunsAsATool() throws Exception {
        assertThat(print("steadfast", Map.of(), "settings-reference")).contains("/conf/jvm/tool.options ");
        assertThat(print("steadfast", Map.of(), "--help"))
                .contains("/conf/jvm/tool.options ")
                .endsWith("Steadfast --help");
        assertThat(print("steadfast", Map.of()))
                .contains("/conf/jvm/tool.options ")
                .endsWith("Steadfast");
    }

    @Test
    void theSimulatorIsAProgramOfItsOwn() throws Exception {
        assertThat(print("device-simulator", Map.of(), "--devices", "5"))
                .contains("/conf/jvm/device-simulator.options ")
                .contains("/conf/log4j2-device-simulator.xml ")
                .endsWith(" org.steadfast.simulator.DeviceSimulator --devices 5");
    }

    @Test
    void optionsCanBeReplacedAndAddedTo() throws Exception {
        assertThat(print("zookeeper", Map.of("STEADFAST_JAVA_OPTS", "-Xmx1g -Da=b"), "--id=c"))
                .contains("/java -Xmx1g -Da=b -Dsteadfast.home=")
                .doesNotContain("@");
        assertThat(print("zookeeper", Map.of("STEADFAST_JAVA_OPTS_APPEND", "-Da=b -Dc=d"), "--id=c"))
                .contains("/conf/jvm/coordinator.options -Da=b -Dc=d -Dsteadfast.home=");
    }

    @Test
    void aLayoutOfLogsThatNobodyKnowsIsRefused() throws Exception {
        Answer answer = HomeFolder.run(Map.of("STEADFAST_LOG_LAYOUT", "JSON"), "sh", STEADFAST.toString(), "--help");
        assertThat(answer.status()).isEqualTo(2);
        assertThat(answer.out()).hasLineCount(1).contains("STEADFAST_LOG_LAYOUT must be text or json, not 'JSON'");
    }

    @Test
    void aMissingJavaIsOneClearLine() throws Exception {
        Answer answer = HomeFolder.run(Map.of("JAVA_HOME", temp.toString()), "sh", STEADFAST.toString(), "--help");
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.out()).hasLineCount(1).contains("no Java found", "JAVA_HOME");
    }
}
