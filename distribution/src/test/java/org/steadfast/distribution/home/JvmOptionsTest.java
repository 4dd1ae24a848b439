package org.steadfast.distribution.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.steadfast.distribution.CommandLineResult;
import org.steadfast.distribution.home.HomeFolder.Answer;

@Timeout(120)
class JvmOptionsTest {
    private static final List<String> WITHOUT_COMMAND = List.of("tool", "device-simulator");

    static List<Path> files() throws IOException {
        return HomeFolder.jvmOptions();
    }

    @Test
    void foundationNodesOpenWhatIgniteReachesInto() throws IOException {
        Matcher property = Pattern.compile("<ignite\\.opens>(.*?)</ignite\\.opens>", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../pom.xml")));
        assertThat(property.find()).as("ignite.opens in the parent pom").isTrue();
        List<String> opens = List.of(property.group(1).strip().split("\\s+"));
        assertThat(opens).hasSizeGreaterThan(10).allMatch(option -> option.startsWith("--add-opens="));
        assertThat(Files.readAllLines(HomeFolder.HOME.resolve("conf/jvm/foundation-node.options")).stream()
                        .filter(line -> line.startsWith("--add-opens")))
                .containsExactlyInAnyOrderElementsOf(opens);
    }

    @ParameterizedTest
    @MethodSource("files")
    void belongToACommand(Path file) {
        String name = file.getFileName().toString();
        assertThat(name).endsWith(".options");
        String command = name.substring(0, name.length() - ".options".length());
        if (!WITHOUT_COMMAND.contains(command)) {
            assertThat(CommandLineResult.of(command, "--help").out()).startsWith("Usage: steadfast " + command + " ");
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void areUnderstoodByJava(Path file) throws Exception {
        Answer answer = HomeFolder.run(
                Map.of(), System.getProperty("java.home") + "/bin/java", "@" + file, "-Xshare:auto", "--version");
        assertThat(answer.status()).as(answer.out()).isZero();
        assertThat(answer.out()).doesNotContainIgnoringCase("warning");
    }

    @ParameterizedTest
    @MethodSource("files")
    void boundTheHeapAndSayWhatTheyAreFor(Path file) throws Exception {
        assertThat(Files.readAllLines(file)).first().asString().matches("# .+\\. One option per line\\.");
        assertThat(Files.readAllLines(file)).anyMatch(line -> line.matches("-Xmx\\d+[mg]"));
    }
}
