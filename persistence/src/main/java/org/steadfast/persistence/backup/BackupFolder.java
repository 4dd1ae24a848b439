package org.steadfast.persistence.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The backups in a folder, which have their times as names. */
public record BackupFolder(Path path) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss'Z'").withZone(ZoneOffset.UTC);
    private static final String BEGIN = "steadfast-";
    private static final String END = ".backup";
    private static final String FORM = BEGIN + "\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\dZ" + Pattern.quote(END);
    private static final Pattern NAME = Pattern.compile(FORM);
    private static final Pattern UNFINISHED = Pattern.compile(FORM + "\\.part");

    /** Longer than a statement of a backup may take, during which nothing may be written. */
    private static final Duration GIVEN_UP = Duration.ofHours(12);

    /** Where a backup of that time belongs. */
    public Path fileOf(Instant time) {
        return path.resolve(BEGIN + TIME.format(time) + END);
    }

    /** When the newest backup was made, to the second; empty where there is none. */
    public Optional<Instant> newest() throws IOException {
        return all().stream().findFirst().map(file -> Instant.from(TIME.parse(timeOf(file))));
    }

    private static String timeOf(Path file) {
        String name = file.getFileName().toString();
        return name.substring(BEGIN.length(), name.length() - END.length());
    }

    /** The newest one first. */
    private List<Path> all() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(
                            file -> NAME.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.<Path>naturalOrder().reversed())
                    .toList();
        }
    }

    /**
     * Looks whether another backup like the newest one has room.
     *
     * @throws BackupException if it has not
     */
    public void requireRoom() throws BackupException, IOException {
        Optional<Path> newest = all().stream().findFirst();
        if (newest.isPresent()) {
            long free = Files.getFileStore(path).getUsableSpace();
            long last = Files.size(newest.get());
            if (free < last) {
                throw new BackupException(path + " has " + (free >> 20) + " MB free, and the last backup has "
                        + (last >> 20) + " MB; make room, or keep fewer backups");
            }
        }
    }

    /**
     * Removes the oldest backups.
     *
     * @param number how many are kept
     * @param made one of them, which is kept whatever the others' times are
     * @return those that were removed
     */
    public List<Path> keep(int number, Path made) throws IOException {
        List<Path> old = all().stream()
                .filter(file -> !file.getFileName().equals(made.getFileName()))
                .skip(number - 1L)
                .toList();
        for (Path file : old) {
            Files.deleteIfExists(file);
        }
        return old;
    }

    /**
     * Removes what backups have left that were broken off: nobody has written to it for hours.
     *
     * @return those that were removed
     */
    public List<Path> removeBrokenOff(Instant now) throws IOException {
        List<Path> removed = new ArrayList<>();
        for (Path part : unfinished()) {
            if (Files.getLastModifiedTime(part).toInstant().isBefore(now.minus(GIVEN_UP))) {
                Files.deleteIfExists(part);
                removed.add(part);
            }
        }
        return removed;
    }

    /** What backups have left that were broken off, or write just now. */
    public List<Path> unfinished() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file ->
                            UNFINISHED.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }
}
