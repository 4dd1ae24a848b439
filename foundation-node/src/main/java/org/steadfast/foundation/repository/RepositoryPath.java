package org.steadfast.foundation.repository;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where something is in a repository, by the names from its root on. It cannot mean anything outside: it has no name that leads up, and none
 * that any system that shares the files takes for more than a name.
 *
 * @param names none for the root
 */
public record RepositoryPath(List<String> names) {
    private static final int MOST_NAMES = 64;
    /** Of most file systems. */
    private static final int LONGEST_NAME_BYTES = 255;
    /** Control characters and halves of characters; what parts paths, drives and streams on Windows; its wildcards. */
    private static final Pattern FORBIDDEN = Pattern.compile("[\\p{Cc}\\x{D800}-\\x{DFFF}\\\\:*?\"<>|]");
    /** Names of devices on Windows, whatever stands after a dot. */
    private static final Set<String> DEVICES = Set.of(
            "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1",
            "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

    public RepositoryPath {
        names = List.copyOf(names);
    }

    /**
     * Reads a path such as {@code /recipes/dough.json}; a slash at its beginning or end, and one after another, mean nothing.
     *
     * @throws RepositoryException {@link RepositoryException.Kind#INVALID} with the name that cannot be
     */
    public static RepositoryPath parse(String text) throws RepositoryException {
        List<String> names = new ArrayList<>();
        for (String name : text.split("/", -1)) {
            if (!name.isEmpty()) {
                names.add(check(name));
            }
        }
        if (names.size() > MOST_NAMES) {
            throw new RepositoryException(
                    RepositoryException.Kind.INVALID,
                    "a path has " + MOST_NAMES + " names at most, not " + names.size());
        }
        return new RepositoryPath(names);
    }

    private static String check(String name) throws RepositoryException {
        if (FORBIDDEN.matcher(name).find()) {
            throw invalid(name, "has a control character or one of \\ : * ? \" < > |");
        }
        // Also . and .. and what Windows takes for them.
        if (name.endsWith(".") || !name.equals(name.strip())) {
            throw invalid(name, "ends with a dot, or has space around it");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME_BYTES) {
            throw invalid(name, "has more than " + LONGEST_NAME_BYTES + " bytes");
        }
        String first = name.split("\\.", -1)[0].toLowerCase(Locale.ROOT);
        if (DEVICES.contains(first)) {
            throw invalid(name, "is a device on Windows");
        }
        return name;
    }

    private static RepositoryException invalid(String name, String why) {
        return new RepositoryException(RepositoryException.Kind.INVALID, "the name [" + name + "] in a path " + why);
    }

    boolean isRoot() {
        return names.isEmpty();
    }

    /** The last name; empty for the root. */
    public String name() {
        return isRoot() ? "" : names.get(names.size() - 1);
    }

    RepositoryPath parent() {
        return new RepositoryPath(names.subList(0, Math.max(0, names.size() - 1)));
    }

    /** What has this name in the folder that this path means. */
    RepositoryPath child(String name) {
        List<String> longer = new ArrayList<>(names);
        longer.add(name);
        return new RepositoryPath(longer);
    }

    /** Whether this is the other one, or a folder that the other one is in. */
    boolean holds(RepositoryPath other) {
        return other.names.size() >= names.size()
                && other.names.subList(0, names.size()).equals(names);
    }

    @Override
    public String toString() {
        return "/" + String.join("/", names);
    }
}
