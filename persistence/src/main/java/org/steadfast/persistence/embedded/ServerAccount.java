package org.steadfast.persistence.embedded;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.steadfast.persistence.embedded.EmbeddedPostgresException.Kind;

/**
 * The system account that PostgreSQL's programs run as: our own, unless we are root, which PostgreSQL refuses to be.
 *
 * @param name for messages
 * @param switched whether it is another account than our own, so that programs must be started as it and files given to
 *     it
 */
record ServerAccount(String name, int uid, int gid, boolean switched) {
    private static final Duration LOOKUP_LIMIT = Duration.ofSeconds(20);
    private static final Path SELF = Path.of("/proc/self/status");
    /** Prints the first folder that cannot be entered; only the account itself can tell, access lists included. */
    private static final String FIND_CLOSED = "for d do if ! [ -x \"$d\" ]; then printf '%s\\n' \"$d\"; exit; fi; done";

    static ServerAccount choose(String runAsUser) throws EmbeddedPostgresException, IOException, InterruptedException {
        int ownUid = ownId("Uid:");
        if (ownUid != 0) {
            return new ServerAccount(System.getProperty("user.name"), ownUid, ownId("Gid:"), false);
        }
        String remedy = "create one, such as by: useradd --system --user-group steadfast";
        if (runAsUser.isEmpty()) {
            throw new EmbeddedPostgresException(
                    Kind.NO_UNPRIVILEGED_USER,
                    "PostgreSQL does not run as root, and there is no account steadfast, postgres or nobody; "
                            + remedy);
        }
        if (!SystemAccounts.exists(runAsUser)) {
            throw new EmbeddedPostgresException(
                    Kind.NO_UNPRIVILEGED_USER,
                    "PostgreSQL does not run as root, and the account " + runAsUser + " does not exist; " + remedy);
        }
        int uid = lookUp("-u", runAsUser);
        if (uid == 0) {
            throw new EmbeddedPostgresException(
                    Kind.NO_UNPRIVILEGED_USER,
                    "PostgreSQL does not run as root, and the account " + runAsUser + " is root; " + remedy);
        }
        return new ServerAccount(runAsUser, uid, lookUp("-g", runAsUser), true);
    }

    /**
     * The account that a folder's present server runs as, which need not be the one that its next server will run as.
     */
    ServerAccount ownerOf(Path folder) throws IOException {
        int owner = (int) Files.getAttribute(folder, "unix:uid");
        int group = (int) Files.getAttribute(folder, "unix:gid");
        return switched && owner != 0 ? new ServerAccount("uid " + owner, owner, group, true) : this;
    }

    /**
     * The command line that runs a program as this account. All words of it stay visible to every user of the machine.
     */
    List<String> command(List<String> program) {
        List<String> words = new ArrayList<>();
        if (switched) {
            words.addAll(List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--"));
        }
        words.addAll(program);
        return words;
    }

    /** Gives one file or folder, and never what a link leads to, to this account. */
    void give(Path file) throws IOException {
        if (switched) {
            Files.setAttribute(file, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(file, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Gives a folder with all that is in it to this account, if it belongs to another one. */
    void giveTree(Path folder) throws IOException {
        if (!switched || uid == (int) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        // The folder itself comes last, so that a walk that was cut short is done again.
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                give(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                give(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Refuses a folder that this account cannot reach because it, or one above it, is closed to it. */
    void requireEntry(Path folder) throws EmbeddedPostgresException, IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", FIND_CLOSED, "sh", "/"));
        for (int depth = 1; depth <= folder.getNameCount(); depth++) {
            command.add(folder.getRoot().resolve(folder.subpath(0, depth)).toString());
        }
        ProgramRun.Outcome outcome = ProgramRun.run(command(command), LOOKUP_LIMIT);
        String closed = outcome.requireSuccess("checking access to " + folder).strip();
        if (!closed.isEmpty()) {
            throw new EmbeddedPostgresException(
                    Kind.NOT_WRITABLE,
                    "account " + name + ", which PostgreSQL runs as, cannot enter the folder " + closed
                            + "; allow it by chmod o+x, or choose another place for " + folder);
        }
    }

    private static int ownId(String line) throws IOException {
        // Columns: real, effective, saved, file system.
        return Files.readAllLines(SELF).stream()
                .filter(l -> l.startsWith(line))
                .map(l -> Integer.valueOf(l.split("\\s+")[2]))
                .findFirst()
                .orElseThrow(() -> new IOException(SELF + " has no line " + line));
    }

    private static int lookUp(String option, String name)
            throws EmbeddedPostgresException, IOException, InterruptedException {
        ProgramRun.Outcome outcome = ProgramRun.run(List.of("id", option, "--", name), LOOKUP_LIMIT);
        return Integer.parseInt(
                outcome.requireSuccess("looking up the account " + name).strip());
    }
}
