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
    private static final String FORM = "steadfast-\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\dZ\\.backup";
    private static final Pattern NAME = Pattern.compile(FORM);
    private static final Pattern UNFINISHED = Pattern.compile(FORM + "\\.part");

    /** Where a backup of that time belongs. */
    Path fileOf(Instant time) {
        return path.resolve("steadfast-" + TIME.format(time) + ".backup");
    }

    /**
     * Removes the oldest backups.
     *
     * @param number how many are kept
     * @param made one of them, which is kept whatever the others' times are
     * @return those that were removed
     */
    List<Path> keep(int number, Path made) throws IOException {
        List<Path> old;
        try (Stream<Path> files = Files.list(path)) {
            old = files.filter(
                            file -> NAME.matcher(file.getFileName().toString()).matches())
                    .filter(file -> !file.getFileName().equals(made.getFileName()))
                    .sorted(Comparator.<Path>naturalOrder().reversed())
                    .skip(number - 1L)
                    .toList();
        }
        for (Path file : old) {
            Files.delete(file);
        }
        return old;
    }

    /** What backups have left that were broken off, or write just now. */
    List<Path> unfinished() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file ->
                            UNFINISHED.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }
}
