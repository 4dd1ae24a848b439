package org.steadfast.it.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What lets a process see a clock that is wrong, by libfaketime. */
final class WrongClock {
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final String LIBRARY = "libfaketime.so.1";

    private WrongClock() {}

    /** @param ahead of the clock of this machine; negative where it is behind it */
    static Map<String, String> environment(Duration ahead) throws IOException {
        return Map.of(
                "LD_PRELOAD",
                library().toString(),
                "FAKETIME",
                "%+d".formatted(ahead.toSeconds()),
                // Nobody sets the count by which processes wait, so it and what waits by it are left alone.
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0");
    }

    private static Path library() throws IOException {
        List<Path> found;
        try (Stream<Path> files =
                Files.find(LIBRARIES, 3, (file, attributes) -> file.endsWith(Path.of("faketime", LIBRARY)))) {
            found = files.toList();
        }
        if (found.isEmpty()) {
            throw new IOException("no " + LIBRARY + " below " + LIBRARIES + "; on Debian: apt-get install faketime");
        }
        return found.get(0);
    }
}
