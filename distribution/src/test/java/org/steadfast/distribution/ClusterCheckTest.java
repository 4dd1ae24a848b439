package org.steadfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code cluster check} tells of a cluster that is not started. */
class ClusterCheckTest {
    @TempDir(factory = OpenTempFolder.class)
    private Path temp;

    private Path instance() {
        return temp.resolve("instance");
    }

    private void create(String... more) {
        List<String> words = new ArrayList<>(List.of("cluster", "create", "--free-ports", "--instance=" + instance()));
        words.addAll(List.of(more));
        assertThat(CommandLineResult.of(words.toArray(String[]::new)).status()).isZero();
    }

    /** By subject, level and text; and the exit status. */
    private Map<String, String> check(int status) throws IOException {
        CommandLineResult result = CommandLineResult.of("cluster", "check", "--json", "--instance=" + instance());
        assertThat(result.errors()).isEmpty();
        assertThat(result.status()).as(result.out()).isEqualTo(status);
        Map<String, String> findings = new TreeMap<>();
        for (JsonNode finding : new ObjectMapper().readTree(result.out())) {
            findings.put(
                    finding.path("subject").asText(),
                    finding.path("level").asText() + " " + finding.path("text").asText());
        }
        return findings;
    }

    @Test
    void nothingFailsBeforeTheFirstStart() throws Exception {
        create();
        Map<String, String> findings = check(0);
        assertThat(findings.get("settings of foundation2")).isEqualTo("OK can be used");
        assertThat(findings.keySet().stream().filter(subject -> subject.startsWith("port ")))
                .hasSize(8);
        assertThat(findings.get("Storage")).contains(instance().resolve("ThingworxStorage") + ": ", " MB free on ");
        assertThat(findings.get("coordinator")).startsWith("WARN 0 of 1 answer");
        assertThat(findings.get("database")).startsWith("WARN ").endsWith("it may not have been started yet");
        assertThat(findings.get("open files")).isNotNull();
        assertThat(findings.get("backups")).isNull();
    }

    @Test
    void aMissingBackupIsToldOnceNodesHaveBeenThere() throws Exception {
        create();
        Path mark = Files.createFile(instance().resolve("ThingworxBackupStorage/steadfast-location"));
        assertThat(check(0).get("backups")).startsWith("OK there is none yet; the next is due at ");
        Files.setLastModifiedTime(mark, FileTime.from(Instant.now().minus(Duration.ofDays(3))));
        assertThat(check(0).get("backups")).startsWith("WARN there is none yet, and one has been due since ");
    }

    @Test
    void theMemoryOfTheMachineIsHeldAgainstWhatItsNodesMayTake() throws Exception {
        create();
        CommandLineResult result = CommandLineResult.of(
                "cluster", "check", "--instance=" + instance(), "--home=" + Path.of("src/main/home"));
        // Two nodes of each kind with 512 MB of shared state and the heaps of conf/jvm, the coordinator, the database
        // and
        // what watches them.
        assertThat(result.out())
                .containsPattern("memory +the machine has [\\d,]+ MB, and its nodes may come to take about 4,188");
    }

    @Test
    void aPortThatIsInUseFailsForTheNodeThatNeedsIt() throws Exception {
        create();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            set("foundation1", "FoundationNodeSettings", "HttpPort", Integer.toString(taken.getLocalPort()));
            assertThat(check(1).get("port " + taken.getLocalPort() + " of foundation1"))
                    .startsWith("FAIL for users and links, at 127.0.0.1: it cannot be opened");
        }
    }

    @Test
    void aSettingThatCannotBeUsedFailsAndTheOtherNodesAreLookedAtNevertheless() throws Exception {
        create();
        set("foundation1", "FoundationNodeSettings", "HtpPort", "1");
        Map<String, String> findings = check(1);
        assertThat(findings.get("settings of foundation1"))
                .startsWith("FAIL ")
                .contains("FoundationNodeSettings.HtpPort", "did you mean HttpPort");
        assertThat(findings.get("settings of foundation2")).startsWith("OK ");
    }

    @Test
    void aDatabaseOfTheOperatorsThatDoesNotAnswerFails() throws Exception {
        Path password = Files.writeString(temp.resolve("password"), "secret\n");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        create(
                "--database-url=jdbc:postgresql://127.0.0.1:" + port + "/thingworx",
                "--database-password-file=" + password);
        assertThat(check(1).get("database")).startsWith("FAIL ").contains("127.0.0.1:" + port);
    }

    @Test
    void aStorageLocationThatIsAFileFails() throws Exception {
        create();
        Files.delete(instance().resolve("ThingworxStorage"));
        Files.createFile(instance().resolve("ThingworxStorage"));
        assertThat(check(1).get("Storage")).startsWith("FAIL ").contains("BasicSettings.Storage) cannot be written");
    }

    private void set(String node, String section, String key, String value) throws IOException {
        Path file = instance().resolve("ThingworxPlatform/nodes/" + node + ".json");
        ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(file.toFile());
        ((ObjectNode) tree.path("PlatformSettingsConfig").path(section)).put(key, value);
        Files.writeString(file, tree.toString());
    }
}
