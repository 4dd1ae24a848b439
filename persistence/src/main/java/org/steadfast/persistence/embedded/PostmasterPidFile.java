package org.steadfast.persistence.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the file postmaster.pid in a data folder says. It outlives a server that was killed.
 *
 * @param ready whether that server takes connections
 */
record PostmasterPidFile(long pid, boolean ready) {
    private static final int STATUS_LINE = 7;

    /** Empty as well if the file is only half written. */
    static Optional<PostmasterPidFile> read(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (lines.isEmpty() || !lines.get(0).matches("-?[0-9]{1,18}")) {
            return Optional.empty();
        }
        boolean ready =
                lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
        // A negative number is a server in single-user mode.
        return Optional.of(new PostmasterPidFile(Math.abs(Long.parseLong(lines.get(0))), ready));
    }
}
