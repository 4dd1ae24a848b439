package org.steadfast.installer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which files an installation has put into its folder, with a checksum of each as it was then: what a later one may remove, and what nobody
 * has edited. Written into the folder itself, and before any other file, so that also an installation that broke off is known for one.
 */
record InstalledFiles(Map<String, String> checksums) {
    /** Of the file that lists them, in the folder of the programs. */
    static final String LIST = "conf/installed-files";

    static boolean areIn(Path home) {
        return Files.isRegularFile(home.resolve(LIST));
    }

    static InstalledFiles none() {
        return new InstalledFiles(Map.of());
    }

    static InstalledFiles read(Path home) throws IOException {
        if (!areIn(home)) {
            return none();
        }
        Map<String, String> checksums = new TreeMap<>();
        for (String line : Files.readAllLines(home.resolve(LIST))) {
            String[] parts = line.split(" ", 2);
            if (parts.length == 2) {
                checksums.put(parts[1], parts[0]);
            }
        }
        return new InstalledFiles(checksums);
    }

    /** As files are now. */
    static InstalledFiles of(Path home, Set<Path> files) throws IOException {
        Map<String, String> checksums = new TreeMap<>();
        for (Path file : files) {
            checksums.put(home.relativize(file).toString(), checksum(file));
        }
        return new InstalledFiles(checksums);
    }

    void write(Path home) throws IOException {
        Path list = home.resolve(LIST);
        Path part = list.resolveSibling(list.getFileName() + ".new");
        Files.createDirectories(list.getParent());
        Files.writeString(
                part,
                checksums.entrySet().stream()
                        .map(file -> file.getValue() + " " + file.getKey() + "\n")
                        .collect(Collectors.joining()));
        Files.move(part, list, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Whether a file is as it was installed. */
    boolean isUntouched(Path home, String file) throws IOException {
        Path path = home.resolve(file).normalize();
        return path.startsWith(home) && isOwn(home, path) && checksum(path).equals(checksums.get(file));
    }

    /** Removes those that a later installation does not have any more, where nobody has edited them. */
    void removeAllBut(Path home, InstalledFiles later) throws IOException {
        for (String file : checksums.keySet()) {
            if (!later.checksums().containsKey(file) && isUntouched(home, file)) {
                Files.delete(home.resolve(file));
            }
        }
    }

    /** With those of an earlier installation that are still there, as they were installed then: what was edited stays known as that. */
    InstalledFiles with(InstalledFiles earlier, Path home) {
        Map<String, String> all = new TreeMap<>(checksums);
        earlier.checksums().forEach((file, checksum) -> {
            if (Files.isRegularFile(home.resolve(file), LinkOption.NOFOLLOW_LINKS)) {
                all.putIfAbsent(file, checksum);
            }
        });
        return new InstalledFiles(all);
    }

    /** A file that is really there, and not somewhere else where a symbolic link leads. */
    private static boolean isOwn(Path home, Path file) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && file.toRealPath().equals(home.toRealPath().resolve(home.relativize(file)));
    }

    private static String checksum(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            var unused = digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
