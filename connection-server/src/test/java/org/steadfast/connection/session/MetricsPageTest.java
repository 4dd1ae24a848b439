package org.steadfast.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page about metrics names those that there are. */
class MetricsPageTest {
    private static final Path PAGE = Path.of("../docs/reference/metrics.md");
    private static final Pattern NAME = Pattern.compile("`(steadfast_(?:version|(?:devices|router)_[a-z_]+))");

    @Test
    void thePageNamesTheMetersOfConnectionServersAndNoOthers() throws Exception {
        String page = Files.readString(PAGE);
        Set<String> named = new TreeSet<>();
        Matcher names = NAME.matcher(page);
        while (names.find()) {
            named.add(names.group(1));
        }
        try (DoorUnderTest door = new DoorUnderTest()) {
            Set<String> present = door.metrics
                    .scrape()
                    .lines()
                    .filter(line -> line.startsWith("# TYPE steadfast_"))
                    .map(line -> line.split(" ")[2])
                    // What each timer brings besides.
                    .filter(name -> !name.endsWith("_seconds_max"))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(named).as("docs/reference/metrics.md").isEqualTo(present);
        }
    }
}
