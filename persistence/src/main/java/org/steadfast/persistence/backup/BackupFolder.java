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

/**
 * The backups of one kind in a folder, which have their times as names.
 *
 * @param kind of which alone the others are not touched
 */
public record BackupFolder(Path path, Kind kind) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss'Z'").withZone(ZoneOffset.UTC);
    private static final String TIMES = "\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\dZ";
    private static final String END = ".backup";
    private static final String UNFINISHED = END + ".part";

    /** Who has backups made. */
    public enum Kind {
        BY_HAND("steadfast-"),
        SCHEDULED("steadfast-scheduled-");

        private final String begin;
        private final Pattern complete;
        private final Pattern unfinished;

        Kind(String begin) {
            this.begin = begin;
            this.complete = Pattern.compile(begin + TIMES + Pattern.quote(END));
            this.unfinished = Pattern.compile(begin + TIMES + Pattern.quote(UNFINISHED));
        }
    }

    /** So far the clocks of two machines may be apart. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(10);

    /** Longer than a statement of a backup may take, during which nothing may be written. */
    private static final Duration GIVEN_UP = Duration.ofHours(12);

    /** Where a backup of that time belongs. */
    public Path fileOf(Instant time) {
        return path.resolve(kind.begin + TIME.format(time) + END);
    }

    /**
     * When the newest backup was made, to the second; empty where there is none.
     *
     * @param now what has a later time was made by a clock that was wrong, and does not count
     */
    public Optional<Instant> newest(Instant now) throws IOException {
        return until(now).stream().findFirst().map(this::timeOf);
    }

    /** Those whose time has come, the newest one first. */
    private List<Path> until(Instant now) throws IOException {
        Instant latest = now.plus(CLOCKS_APART);
        return all().stream().filter(file -> timeOf(file).isBefore(latest)).toList();
    }

    private Instant timeOf(Path file) {
        String name = file.getFileName().toString();
        return Instant.from(TIME.parse(name.substring(kind.begin.length(), name.length() - END.length())));
    }

    /** The newest one first. */
    private List<Path> all() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file ->
                            kind.complete.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.<Path>naturalOrder().reversed())
                    .toList();
        }
    }

    /**
     * Looks whether another backup like the newest one has room.
     *
     * @param leastFree bytes that stay free
     * @throws BackupException if it has not
     */
    public void requireRoom(long leastFree) throws BackupException, IOException {
        Optional<Path> newest = all().stream().findFirst();
        if (newest.isPresent()) {
            long free = Files.getFileStore(path).getUsableSpace();
            long last = Files.size(newest.get());
            if (free < last + leastFree) {
                throw new BackupException(path + " has " + (free >> 20) + " MB free, and the last backup has "
                        + (last >> 20) + " MB, of which " + (leastFree >> 20)
                        + " MB stay free for others; make room, or keep fewer backups");
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
        return remove(all().stream()
                .filter(file -> !file.getFileName().equals(made.getFileName()))
                .skip(number - 1L)
                .toList());
    }

    /**
     * The same, whichever was made last.
     *
     * @param now what has a later time is neither counted nor removed
     */
    public List<Path> keep(int number, Instant now) throws IOException {
        return remove(until(now).stream().skip(number).toList());
    }

    private static List<Path> remove(List<Path> files) throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        return files;
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
            return files.filter(file -> kind.unfinished
                            .matcher(file.getFileName().toString())
                            .matches())
                    .sorted()
                    .toList();
        }
    }
}
