package org.steadfast.distribution.home;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.protocol.json.Json;

/** The configuration of logs, as shipped. */
class LoggingTest {
    private static final Pattern LINE = Pattern.compile("Talkative: line (\\d+) ");
    private static final int LINES = 45_000;

    @TempDir
    private Path folder;

    private Path log() {
        return folder.resolve("the node.log");
    }

    private Path talk(boolean intoFile) throws Exception {
        return talk(intoFile, LINES, Map.of());
    }

    private Path talk(boolean intoFile, int lines, Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-Dlog4j2.configurationFile="
                        + Path.of("src/main/home/conf/log4j2.xml").toAbsolutePath(),
                "-cp",
                System.getProperty("java.class.path"),
                Talkative.class.getName(),
                String.valueOf(lines));
        builder.environment().putAll(environment);
        if (intoFile) {
            builder.environment().put("STEADFAST_LOG", "file");
            builder.environment().put("STEADFAST_LOG_FILE", log().toString());
        }
        Path out = folder.resolve("out");
        Process process = builder.directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return out;
    }

    private static void addLines(Set<Integer> lines, InputStream in) throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                Matcher matcher = LINE.matcher(line);
                if (matcher.find()) {
                    assertThat(lines.add(Integer.valueOf(matcher.group(1)))).isTrue();
                }
            }
        }
    }

    /** No line is lost on the way, whether it is of a kind that is cut short or not. */
    @Test
    void aLogThatGrowsIsRolledOver() throws Exception {
        Path out = talk(true);
        assertThat(out).as("what is not logged").isEmptyFile();
        assertThat(Files.size(log())).isLessThan(21 << 20);
        Set<Integer> lines = new TreeSet<>();
        addLines(lines, Files.newInputStream(log()));
        assertThat(lines).hasSizeLessThan(LINES / 2);
        for (int i = 1; i <= 2; i++) {
            addLines(lines, new GZIPInputStream(Files.newInputStream(Path.of(log() + "." + i + ".gz"))));
        }
        assertThat(lines).hasSize(LINES);
    }

    @Test
    void aLineTellsOfWhichRequestItIs() throws Exception {
        List<String> lines = Files.readAllLines(talk(false, 0, Map.of()));
        assertThat(lines.get(0)).endsWith(" WARN  [main] Talkative: [order-4711] in \"two\"");
        assertThat(lines).last(InstanceOfAssertFactories.STRING).endsWith(" INFO  [main] Talkative: of no request");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProgramReadsAnObjectPerLine(boolean intoFile) throws Exception {
        Path out = talk(intoFile, 0, Map.of("STEADFAST_LOG_LAYOUT", "json", "STEADFAST_LOG_NODE", "foundation1"));
        List<String> lines = Files.readAllLines(intoFile ? log() : out);
        assertThat(lines).hasSize(3);
        JsonNode first = Json.read(lines.get(0).getBytes(StandardCharsets.UTF_8));
        assertThat(Instant.parse(first.path("time").asText())).isBefore(Instant.now());
        assertThat(first.path("node").asText()).isEqualTo("foundation1");
        assertThat(first.path("level").asText()).isEqualTo("WARN");
        assertThat(first.path("logger").asText()).isEqualTo("org.steadfast.Talkative");
        assertThat(first.path("thread").asText()).isEqualTo("main");
        assertThat(first.path("request").asText()).isEqualTo("order-4711");
        assertThat(first.path("message").asText()).isEqualTo("in \"two\"\nlines");
        assertThat(first.path("exception").asText())
                .startsWith("java.lang.IllegalStateException: for a reason")
                .contains("at org.steadfast.distribution.home.Talkative.main");
        JsonNode last = Json.read(lines.get(2).getBytes(StandardCharsets.UTF_8));
        assertThat(last.path("message").asText()).isEqualTo("of no request");
        assertThat(last.has("request")).isFalse();
        assertThat(last.has("exception")).isFalse();
    }

    @Test
    void aNodeThatIsStartedByItselfWritesToItsStandardOutput() throws Exception {
        Path out = talk(false);
        Set<Integer> lines = new TreeSet<>();
        addLines(lines, Files.newInputStream(out));
        assertThat(lines).hasSize(LINES);
        assertThat(folder).isDirectoryNotContaining("glob:**/*log*");
    }
}
