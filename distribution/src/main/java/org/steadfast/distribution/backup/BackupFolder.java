package org.steadfast.distribution.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The backups in a folder, which have their times as names. */
record BackupFolder(Path path) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern NAME =
            Pattern.compile("steadfast-\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\dZ\\.backup");

    /** Where a backup of that time belongs. */
    Path fileOf(Instant time) {
        return path.resolve("steadfast-" + TIME.format(time) + ".backup");
    }

    /**
     * Removes the oldest backups.
     *
     * @param number how many are kept
     * @return those that were removed
     */
    List<Path> keep(int number) throws IOException {
        List<Path> old;
        try (Stream<Path> files = Files.list(path)) {
            old = files.filter(
                            file -> NAME.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.<Path>naturalOrder().reversed())
                    .skip(number)
                    .toList();
        }
        for (Path file : old) {
            Files.delete(file);
        }
        return old;
    }
}
