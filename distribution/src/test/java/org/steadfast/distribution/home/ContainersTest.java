package org.steadfast.distribution.home;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.distribution.CommandLineResult;
import org.steadfast.distribution.OpenTempFolder;
import org.steadfast.protocol.json.Json;

/** What an engine for containers is told goes with what {@code cluster create} lays out. The whole of it is run by {@code it/containers}. */
class ContainersTest {
    private static final Path FOLDER = HomeFolder.HOME.resolve("templates/containers");
    private static final Pattern NODE = Pattern.compile(
            "\\n  (\\w+):\\n    <<: \\*node\\n    command: \\[([a-z-]+), --id=(\\w+), [^\\n]*\\n(?:(?!\\n  \\w).)*?ipv4_address: ([^\\n]+)",
            Pattern.DOTALL);

    @TempDir(factory = OpenTempFolder.class)
    private Path temp;

    @Test
    void eachNodeThatIsLaidOutHasAContainerAtItsAddress() throws Exception {
        String compose = Files.readString(FOLDER.resolve("compose.yaml")).replaceAll("\\$\\{NETWORK:-([0-9.]+)}", "$1");
        Path password = Files.writeString(temp.resolve("password"), "secret\n");
        List<String> command = new ArrayList<>(List.of(
                "cluster",
                "create",
                "--instance=" + temp.resolve("cluster"),
                "--local-folder=" + temp.resolve("local"),
                "--database-password-file=" + password,
                "--failover-password-file=" + password));
        command.addAll(options(Files.readString(FOLDER.resolve("lay-out")), compose));

        CommandLineResult created = CommandLineResult.of(command.toArray(String[]::new));

        assertThat(created.errors()).isEmpty();
        Map<String, String> laidOut = new TreeMap<>();
        JsonNode plan = Json.read(Files.readString(temp.resolve("cluster/cluster.json")));
        plan.path("nodes")
                .forEach(node -> laidOut.put(
                        node.path("id").asText(),
                        node.path("role").asText() + " at " + node.path("host").asText()));
        Map<String, String> contained = new TreeMap<>();
        Matcher node = NODE.matcher(compose);
        while (node.find()) {
            assertThat(node.group(3)).isEqualTo(node.group(1));
            contained.put(node.group(1), node.group(2) + " at " + node.group(4));
        }
        assertThat(contained).hasSize(7).isEqualTo(laidOut);
    }

    /** Those options of the script that have the words of its environment, as the engine fills them in. */
    private static List<String> options(String script, String compose) {
        Map<String, String> environment = new TreeMap<>();
        Matcher word = Pattern.compile("\\n +([A-Z_]+): ([0-9][0-9.:,]+)").matcher(compose);
        while (word.find()) {
            environment.put(word.group(1), word.group(2));
        }
        List<String> options = new ArrayList<>();
        Matcher option = Pattern.compile(" --[a-z-]+=\\S*\\$[A-Z_]+\\S*| --failover-user=\\S+")
                .matcher(script);
        while (option.find()) {
            String text = option.group().strip().replace("\"", "");
            for (Map.Entry<String, String> each : environment.entrySet()) {
                text = text.replace("$" + each.getKey(), each.getValue());
            }
            if (!text.contains("$")) {
                options.add(text);
            }
        }
        return options;
    }
}
