package org.steadfast.persistence.embedded;

import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * How to run the embedded PostgreSQL. Immutable. {@link #toString()} leaves the passwords out.
 *
 * @param dataFolder the database's files; created at the first start. Beside it stand {@code <name>.lock} and
 *     {@code postgres.log}, so its parent must be writable
 * @param binariesFolder where PostgreSQL's programs are unpacked to, once per version; several servers may share it
 * @param host the one address or host name to listen on. Other than on a loopback address, the application user (and
 *     nobody else) may also log in from other machines; the connection is not encrypted
 * @param port TCP port to listen on
 * @param superuserPassword password of the database superuser {@code postgres}; fixed by the first start
 * @param applicationUser database role that owns the database; letters, digits and underscores
 * @param applicationPassword its password; a changed one takes effect at the next start
 * @param database the application's database; letters, digits and underscores
 * @param runAsUser the system account that PostgreSQL runs as when this process is root, which PostgreSQL refuses to
 *     be; not used otherwise. Null or blank means the first of {@code steadfast}, {@code postgres}, {@code nobody} that
 *     exists; if none does, it stays blank and the start fails. It should be a system account: systemd removes the
 *     shared memory of an ordinary account at its logout
 */
public record EmbeddedPostgresSettings(
        Path dataFolder,
        Path binariesFolder,
        String host,
        int port,
        String superuserPassword,
        String applicationUser,
        String applicationPassword,
        String database,
        String runAsUser) {
    static final String SUPERUSER = "postgres";

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:_-]+|\\*");
    /** Such names need no escaping in SQL, in PostgreSQL's own files, or in a URL. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

    /**
     * Checks the settings and fills in the default account.
     *
     * @throws IllegalArgumentException if a value cannot be used; the message names it and holds no password
     */
    public EmbeddedPostgresSettings {
        dataFolder = Objects.requireNonNull(dataFolder, "dataFolder")
                .toAbsolutePath()
                .normalize();
        binariesFolder = Objects.requireNonNull(binariesFolder, "binariesFolder")
                .toAbsolutePath()
                .normalize();
        check(dataFolder.getFileName() != null, "the data folder cannot be the root of the file system");
        check(isPlain(dataFolder), "the data folder's path holds a control character, quote, comma or backslash");
        check(HOST.matcher(host).matches(), "host '" + host + "' is not one address or host name");
        check(port >= 1 && port <= 65_535, "port " + port + " is not between 1 and 65535");
        checkPassword(superuserPassword, "superuser password");
        checkPassword(applicationPassword, "application password");
        checkName(applicationUser, "application user");
        checkName(database, "database");
        check(!applicationUser.equals(SUPERUSER), "the application user cannot be the superuser " + SUPERUSER);
        check(
                !database.equals("postgres") && !database.startsWith("template"),
                "database '" + database + "' is PostgreSQL's own; choose another name");
        runAsUser =
                runAsUser == null || runAsUser.isBlank() ? SystemAccounts.defaultServerAccount() : runAsUser.strip();
    }

    private static void checkPassword(String password, String what) {
        boolean usable =
                password != null && !password.isEmpty() && password.codePoints().noneMatch(Character::isISOControl);
        check(usable, "the " + what + " is empty or holds a control character");
    }

    private static void checkName(String name, String what) {
        check(
                name != null && NAME.matcher(name).matches() && !name.startsWith("pg_"),
                what + " '" + name + "' must be letters, digits and underscores, not start with a digit or pg_, "
                        + "and have at most 63 characters");
    }

    private static boolean isPlain(Path path) {
        return path.toString().codePoints().noneMatch(c -> Character.isISOControl(c) || "'\",\\".indexOf(c) >= 0);
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    @Override
    public String toString() {
        return "EmbeddedPostgresSettings[dataFolder=" + dataFolder + ", binariesFolder=" + binariesFolder + ", host="
                + host
                + ", port=" + port + ", applicationUser=" + applicationUser + ", database=" + database + ", runAsUser="
                + runAsUser + "]";
    }
}
