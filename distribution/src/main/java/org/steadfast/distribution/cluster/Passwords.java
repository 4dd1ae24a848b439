package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.distribution.cluster.ClusterAnswers.Subject;

/** Finds passwords where no other user of the machine sees them: in files and in the environment. Immutable. */
final class Passwords {
    /** Of the environment; for the password of the database's role. */
    static final String DATABASE = "STEADFAST_DATABASE_PASSWORD";
    /** Of the environment; for the password of the user Administrator. */
    static final String ADMINISTRATOR = "STEADFAST_ADMINISTRATOR_PASSWORD";
    /** Of the environment; for the password of the file with the nodes' certificate. */
    static final String CERTIFICATE = "STEADFAST_TLS_PASSWORD";
    /** Of the environment; for the password of the role that watches over the database's servers. */
    static final String FAILOVER = "STEADFAST_FAILOVER_PASSWORD";
    /** Of the environment; what runs for long does not keep them there, where others of its user see them. */
    static final Set<String> VARIABLES = Set.of(DATABASE, FAILOVER, ADMINISTRATOR, CERTIFICATE);

    private final Map<String, String> environment;

    /** @param environment where passwords are looked for that no file is named for */
    Passwords(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * The first line of a file, or else what the environment has; empty where there is neither.
     *
     * @param file may be null
     * @param option that names it
     * @param variable of the environment
     */
    Optional<Secret> find(Outline.Problems problems, Subject subject, Path file, String option, String variable)
            throws IOException {
        if (file == null) {
            return Optional.ofNullable(environment.get(variable))
                    .filter(text -> !text.isEmpty())
                    .map(Secret::new);
        }
        String first = Files.isReadable(file) ? firstLine(file) : "";
        boolean isThere = !first.isEmpty();
        problems.require(
                isThere,
                subject,
                option + " must be a file of text in UTF-8 whose first line is the password; " + file + " is none");
        return isThere ? Optional.of(new Secret(first)) : Optional.empty();
    }

    private static String firstLine(Path file) throws IOException {
        try {
            return Files.readAllLines(file).stream().findFirst().orElse("");
        } catch (CharacterCodingException e) {
            // A password in which characters were replaced would be another one: as good as none.
            return "";
        }
    }
}
