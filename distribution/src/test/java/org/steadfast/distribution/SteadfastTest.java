package org.steadfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.settings.SettingsReference;
import org.steadfast.distribution.node.SettingsSections;
import picocli.CommandLine;

class SteadfastTest {
    /** What some commands cannot do without. */
    private static final Map<String, String> NEEDED = Map.of(
            "foundation-node", "--id=node1",
            "connection-server", "--id=node1",
            "coordinator", "--id=node1",
            "database", "--id=node1",
            "restore", "one.backup",
            "cluster keystore put", "name",
            "cluster keystore remove", "name");

    @TempDir
    private Path folder;

    /** The words of every command, also of those that only hold others. */
    static Stream<List<String>> commands() {
        List<List<String>> commands = new ArrayList<>();
        collect(Steadfast.commandLine(), List.of(), commands);
        return commands.stream();
    }

    private static void collect(CommandLine command, List<String> words, List<List<String>> commands) {
        commands.add(words);
        command.getSubcommands().forEach((name, below) -> {
            List<String> more = new ArrayList<>(words);
            more.add(name);
            collect(below, more, commands);
        });
    }

    private static CommandLineResult run(List<String> words, String... more) {
        return CommandLineResult.of(
                Stream.concat(words.stream(), Arrays.stream(more)).toArray(String[]::new));
    }

    @Test
    void allCommandsAreThere() {
        assertThat(commands().map(words -> String.join(" ", words)))
                .containsExactlyInAnyOrder(
                        "",
                        "cluster",
                        "cluster create",
                        "cluster run",
                        "cluster start",
                        "cluster stop",
                        "cluster restart",
                        "cluster status",
                        "cluster check",
                        "cluster key",
                        "cluster log",
                        "cluster log-level",
                        "cluster certificate",
                        "cluster keystore",
                        "cluster keystore list",
                        "cluster keystore put",
                        "cluster keystore remove",
                        "cluster keystore rekey",
                        "cluster systemd",
                        "foundation-node",
                        "connection-server",
                        "coordinator",
                        "database",
                        "backup",
                        "restore",
                        "haproxy",
                        "keepalived",
                        "pgpool",
                        "settings-reference");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandExplainsItself(List<String> words) {
        CommandLineResult result = run(words, "--help");
        assertThat(result.status()).isZero();
        assertThat(result.errors()).isEmpty();
        assertThat(result.out())
                .startsWith(("Usage: steadfast " + String.join(" ", words)).strip())
                .contains("--help");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandRefusesAnOptionThatItDoesNotHave(List<String> words) {
        String needed = NEEDED.getOrDefault(String.join(" ", words), "--no-such-option");
        CommandLineResult result = run(words, needed, "--no-such-option");
        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors()).contains("--no-such-option", "Usage: steadfast");
        assertThat(result.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cluster"})
    void aCommandThatOnlyHoldsOthersIsNotOne(String word) {
        CommandLineResult result = word.isEmpty() ? run(List.of()) : run(List.of(word));
        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors()).contains("Missing required subcommand");
    }

    @Test
    void anUnknownCommandIsRefused() {
        CommandLineResult result = run(List.of("foundation"));
        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors()).contains("foundation-node");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandKnowsTheVersion(List<String> words) {
        CommandLineResult result = run(words, "--version");
        assertThat(result.status()).isZero();
        assertThat(result.out()).startsWith("Steadfast ");
    }

    @Test
    void theHelpListsEveryExitStatus() {
        String help = run(List.of(), "--help").out();
        String list = help.substring(help.indexOf("Exit status:"));
        List<String> shown = new ArrayList<>();
        Matcher line = Pattern.compile("(?m)^ +(\\d+) +(\\S.*)$").matcher(list.replaceAll("\\R +(?=[a-z])", " "));
        while (line.find()) {
            shown.add(line.group(1) + " " + line.group(2).strip());
        }
        assertThat(shown)
                .containsExactlyElementsOf(Arrays.stream(ExitCode.values())
                        .map(code -> code.code() + " " + code.meaning())
                        .toList());
    }

    @Test
    void theSettingsReferenceIsPrinted() {
        assertThat(run(List.of("settings-reference")).out())
                .isEqualTo(SettingsReference.markdown(SettingsSections.all()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"foundation-node", "connection-server", "coordinator", "database"})
    void aNodeWantsToKnowWhichOneItIs(String command) {
        CommandLineResult result = run(List.of(command));
        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors()).contains("--id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"foundation-node", "connection-server", "coordinator", "database"})
    void aNodeWithoutSettingsFileStartsNothing(String command) {
        CommandLineResult result = run(List.of(command), "--platform=" + folder, "--id=node1");
        assertThat(result.status()).isEqualTo(ExitCode.SETTINGS_INVALID.code());
        assertThat(result.errors().lines())
                .containsExactly(
                        "steadfast: 1 problem(s) in the settings, nothing was started",
                        "  " + folder.resolve("platform-settings.json")
                                + ": there is no settings file; name the ThingworxPlatform location by --platform");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void allProblemsOfANodesSettingsAreToldAtOnce() throws Exception {
        Files.writeString(folder.resolve("platform-settings.json"), """
                {
                  "PlatformSettingsConfig": {
                    "BasicSettings": {"Stroage": "/mnt"},
                    "AdministratorUserSettings": {"InitialApplicationKey": "encrypt.no.such.secret"},
                    "ClusteredModeSettings": {"CoordinatorHosts": "localhost", "LinkKey": "${env:NO_SUCH_VARIABLE}"},
                    "FoundationNodeSettings": {"HttpPort": "eighty"},
                    "IngestionSetings": {}
                  },
                  "PersistenceProviderPackageConfigs": {"PostgresPersistenceProviderPackage": {"ConnectionInformation": {
                    "jdbcUrl": "jdbc:postgresql://127.0.0.1:5433/thingworx", "username": "twadmin", "password": true
                  }}}
                }
                """);
        CommandLineResult result = run(List.of("foundation-node"), "--platform=" + folder, "--id=node-1");
        assertThat(result.status()).isEqualTo(ExitCode.SETTINGS_INVALID.code());
        assertThat(result.errors().lines().map(String::strip))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("8 problem(s) in the settings, nothing was started"),
                        line -> assertThat(line).endsWith("BasicSettings.Stroage: unknown key; did you mean Storage?"),
                        line -> assertThat(line).contains("InitialApplicationKey: the keystore in", "no.such.secret"),
                        line -> assertThat(line).contains("ClusteredModeSettings.PlatformId: must match"),
                        line -> assertThat(line)
                                .endsWith("LinkKey: the environment variable NO_SUCH_VARIABLE is not set"),
                        line -> assertThat(line).contains("HttpPort: must be a whole number, not \"eighty\""),
                        line -> assertThat(line)
                                .endsWith("IngestionSetings: unknown key; did you mean IngestionSettings?"),
                        line -> assertThat(line).contains("ConnectionInformation.password: must be a secret"),
                        line -> assertThat(line).contains("CoordinatorHosts"));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }
}
