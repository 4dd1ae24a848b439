package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.distribution.cluster.ClusterAnswers.Subject;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.security.InitialPassword;
import org.steadfast.persistence.failover.DatabaseAddress;
import picocli.CommandLine.Option;

/** By what nodes of a cluster that is laid out come into a database, and its administrator into the cluster. */
final class LoginOptions {
    private static final Pattern PASSWORD_IN_URL = Pattern.compile("[?&](?:password|sslpassword)=|//[^/?]*@");

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description =
                    "A database of your own instead of one that the cluster runs itself, as jdbc:postgresql://host1:5432,host2:5432/thingworx.")
    private String databaseUrl;

    @Option(
            names = "--database-user",
            paramLabel = "ROLE",
            defaultValue = "twadmin",
            description = "The role that owns the platform's schema there. Default: ${DEFAULT-VALUE}.")
    private String databaseUser;

    @Option(
            names = "--database-password-file",
            paramLabel = "FILE",
            description = "A file whose first line is the role's password. Default: what "
                    + Passwords.DATABASE
                    + " has in the environment.")
    private Path databasePasswordFile;

    @Option(
            names = "--administrator-password-file",
            paramLabel = "FILE",
            description = "A file whose first line becomes the password of the user Administrator. Default: what "
                    + Passwords.ADMINISTRATOR
                    + " has in the environment; without either the user has none, and comes in by the application key.")
    private Path administratorPasswordFile;

    private final Passwords passwords;

    LoginOptions(Passwords passwords) {
        this.passwords = passwords;
    }

    /** Whether somebody else runs the database. */
    boolean hasDatabase() {
        return databaseUrl != null;
    }

    /** Empty where the cluster has one of its own. */
    Optional<ExternalDatabase> database(Outline.Problems problems) throws IOException {
        if (databaseUrl == null) {
            return Optional.empty();
        }
        // Neither is the address told again: who writes a password into it should not find it in a log.
        boolean isAddress = isAddress(databaseUrl);
        problems.require(
                isAddress,
                Subject.DATABASE,
                "--database-url must be like jdbc:postgresql://host:5432/database, and is not");
        problems.require(
                !PASSWORD_IN_URL.matcher(databaseUrl).find(),
                Subject.DATABASE,
                "--database-url has a password, which settings would show; leave it out there and give it as the role's password");
        Optional<Secret> password = passwords.find(
                problems, Subject.DATABASE, databasePasswordFile, "--database-password-file", Passwords.DATABASE);
        problems.require(
                password.isPresent() || databasePasswordFile != null,
                Subject.DATABASE,
                "--database-url needs --database-password-file with the role's password, or " + Passwords.DATABASE
                        + " in the environment");
        return password.filter(known -> isAddress).map(known -> new ExternalDatabase(databaseUrl, databaseUser, known));
    }

    private static boolean isAddress(String url) {
        try {
            var unused = DatabaseAddress.parse(url);
            return true;
        } catch (IllegalArgumentException e) {
            // That was the question.
            return false;
        }
    }

    /** Empty where none is given, or one that cannot be taken. */
    Optional<Secret> administratorPasswordHash(Outline.Problems problems) throws IOException {
        Optional<Secret> password = passwords.find(
                problems,
                Subject.ADMINISTRATOR,
                administratorPasswordFile,
                "--administrator-password-file",
                Passwords.ADMINISTRATOR);
        if (password.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InitialPassword.hash(BuiltIns.ADMINISTRATOR, password.get()));
        } catch (ModelException e) {
            problems.require(
                    false, Subject.ADMINISTRATOR, "the administrator's password cannot be taken: " + e.getMessage());
            return Optional.empty();
        }
    }
}
