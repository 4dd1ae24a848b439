package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.steadfast.distribution.cluster.ClusterAnswers;
import org.steadfast.distribution.cluster.ClusterAnswers.Subject;

/** What was answered so far, of which only that counts which goes with the kind of installation and of database. */
final class Answers {
    static final String INSTANCE = "instance";

    private static final String KIND = "setup.kind";
    private static final String DATABASE = "setup.database";
    private static final String ONE_MACHINE = "one-machine";
    private static final String SEVERAL_MACHINES = "several-machines";
    private static final String EXISTING_CLUSTER = "existing-cluster";
    private static final String EMBEDDED = "embedded";
    private static final String OWN = "own";
    private static final List<String> OPTIONS = List.of(
            INSTANCE,
            "local-folder",
            "storage",
            "backup-storage",
            "foundation-nodes",
            "connection-servers",
            "coordinators",
            "database-machine",
            "database-url",
            "database-user",
            "listen",
            "rest-port",
            "device-port");
    /** Passwords are never options; the command takes them from the environment, and so does the check. */
    private static final Map<String, String> SECRETS = Map.of(
            "database-password", "STEADFAST_DATABASE_PASSWORD",
            "administrator-password", "STEADFAST_ADMINISTRATOR_PASSWORD");

    private final InstallData data;

    Answers(InstallData data) {
        this.data = data;
        takeSecrets();
    }

    String get(String name) {
        String value = data.getVariable(name);
        return value == null ? "" : value.strip();
    }

    /** Takes the passwords of the environment for answers where there are none, as in an installation that nobody watches. */
    private void takeSecrets() {
        SECRETS.forEach((answer, variable) -> {
            String known = System.getenv(variable);
            if (get(answer).isEmpty() && known != null) {
                data.setVariable(answer, known);
            }
        });
    }

    /** Whether all nodes of a new cluster are on this machine. */
    boolean isOneMachine() {
        return get(KIND).equals(ONE_MACHINE);
    }

    /** Whether the cluster is there already. */
    boolean isExistingCluster() {
        return get(KIND).equals(EXISTING_CLUSTER);
    }

    boolean hasAdministratorPassword() {
        return !get("administrator-password").isEmpty();
    }

    boolean lacksDatabasePassword() {
        return get(DATABASE).equals(OWN) && get("database-password").isEmpty();
    }

    /** What is none of the ways that there are; only a file of answers can have such. */
    List<String> problemsOfWays() {
        List<String> problems = new ArrayList<>();
        requireOneOf(problems, KIND, List.of(ONE_MACHINE, SEVERAL_MACHINES, EXISTING_CLUSTER));
        requireOneOf(problems, DATABASE, List.of(EMBEDDED, OWN));
        requireOneOf(problems, "setup.start", List.of("true", "false"));
        return problems;
    }

    private void requireOneOf(List<String> problems, String answer, List<String> ways) {
        if (!ways.contains(get(answer))) {
            problems.add(answer + " must be one of " + String.join(", ", ways) + ", not \"" + get(answer) + "\"");
        }
    }

    /** Why {@code cluster create} would lay no cluster out by them, as far as they are about some subjects. */
    List<String> problems(Set<Subject> subjects) throws IOException {
        return new ClusterAnswers(options(), secrets()).problems(subjects);
    }

    /** Those that are options of {@code cluster create}. */
    private Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        Set<String> other = ofOtherWays();
        OPTIONS.stream().filter(name -> !other.contains(name)).forEach(name -> options.put(name, get(name)));
        return options;
    }

    /** Those that are secrets, by the names that they have in the environment of {@code cluster create}. */
    private Map<String, String> secrets() {
        Map<String, String> secrets = new HashMap<>();
        // Blanks at the ends of a password are part of it.
        SECRETS.forEach((answer, variable) -> secrets.put(variable, String.valueOf(data.getVariable(answer))));
        return secrets;
    }

    /** Empties what was answered on a way that was left again, so that it is in no file. */
    void forgetOtherWays() {
        ofOtherWays().forEach(name -> data.setVariable(name, ""));
    }

    private Set<String> ofOtherWays() {
        Set<String> other = new TreeSet<>();
        if (!isOneMachine()) {
            other.addAll(List.of("listen", "rest-port", "device-port"));
        }
        if (!get(KIND).equals(SEVERAL_MACHINES)) {
            other.addAll(List.of("local-folder", "database-machine"));
        }
        if (isExistingCluster()) {
            other.addAll(OPTIONS);
            other.remove(INSTANCE);
        }
        other.addAll(
                get(DATABASE).equals(OWN) ? List.of("database-machine") : List.of("database-url", "database-user"));
        return other;
    }
}
