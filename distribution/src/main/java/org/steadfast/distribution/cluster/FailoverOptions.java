package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.distribution.cluster.ClusterAnswers.Subject;
import org.steadfast.persistence.failover.DatabaseAddress;
import picocli.CommandLine.Option;

/** Whether a cluster that is laid out promotes standbys of its database itself. */
final class FailoverOptions {
    private static final String USER = "--failover-user";
    private static final String PASSWORD_FILE = "--failover-password-file";
    private static final String SERVERS = "--failover-servers";
    private static final Pattern SERVER = Pattern.compile("[^:,\\s]+:[0-9]{1,5}");

    @Option(
            names = USER,
            paramLabel = "ROLE",
            description =
                    "Lets the cluster watch over the servers of --database-url and promote a standby when the primary is gone, by this role of"
                            + " templates/postgresql/failover-role.sql. Default: somebody else does.")
    private String user;

    @Option(
            names = PASSWORD_FILE,
            paramLabel = "FILE",
            description = "A file whose first line is that role's password. Default: what "
                    + Passwords.FAILOVER
                    + " has in the environment.")
    private Path passwordFile;

    @Option(
            names = SERVERS,
            paramLabel = "HOST:PORT,...",
            split = ",",
            description =
                    "With " + USER
                            + ", the servers where --database-url has the address of a Pgpool-II. Default: those of --database-url.")
    private List<String> servers = List.of();

    private final Passwords passwords;

    FailoverOptions(Passwords passwords) {
        this.passwords = passwords;
    }

    /**
     * Empty where the cluster promotes nobody, or there are problems.
     *
     * @param database that somebody else runs; empty where the cluster has one of its own, or its options have problems
     */
    Optional<DatabaseFailover> failover(Optional<ExternalDatabase> database, Outline.Problems problems)
            throws IOException {
        if (user == null) {
            problems.require(
                    passwordFile == null && servers.isEmpty(),
                    Subject.DATABASE,
                    PASSWORD_FILE + " and " + SERVERS + " go with " + USER);
            return Optional.empty();
        }
        problems.require(!user.isBlank(), Subject.DATABASE, USER + " must be the name of a role, and is empty");
        for (String server : servers) {
            problems.require(
                    SERVER.matcher(server).matches(),
                    Subject.DATABASE,
                    SERVERS + " must be like db1:5432,db2:5432, and has \"" + server + "\"");
        }
        problems.require(
                database.isEmpty() || isSeveral(database.get()),
                Subject.DATABASE,
                USER + " needs two servers at least, in --database-url or in " + SERVERS);
        Optional<Secret> password =
                passwords.find(problems, Subject.DATABASE, passwordFile, PASSWORD_FILE, Passwords.FAILOVER);
        problems.require(
                password.isPresent() || passwordFile != null,
                Subject.DATABASE,
                USER + " needs " + PASSWORD_FILE + " with the role's password, or " + Passwords.FAILOVER
                        + " in the environment");
        return password.map(known -> new DatabaseFailover(user, known, servers));
    }

    private boolean isSeveral(ExternalDatabase database) {
        int named = servers.isEmpty()
                ? Set.copyOf(DatabaseAddress.parse(database.url()).servers()).size()
                : Set.copyOf(servers).size();
        return named > 1;
    }

    /** Whether any is given. */
    boolean areGiven() {
        return user != null;
    }
}
