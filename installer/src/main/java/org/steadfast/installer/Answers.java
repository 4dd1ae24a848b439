package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.steadfast.distribution.cluster.ClusterAnswers;
import org.steadfast.distribution.cluster.ClusterAnswers.Subject;

/** What was answered so far, of which only that counts which goes with the kind of installation and of database. */
final class Answers {
    static final String INSTANCE = "instance";

    private static final String ADDITIONAL = "additional-storage";
    private static final String HOME = "INSTALL_PATH";
    private static final String KIND = "setup.kind";
    private static final String DATABASE = "setup.database";
    private static final String START = "setup.start";
    private static final String FILES = "setup.files";
    private static final String TLS = "tls";
    private static final String NO_TLS = "off";
    private static final String GENERATED = "generated";
    private static final String ONE_MACHINE = "one-machine";
    private static final String SEVERAL_MACHINES = "several-machines";
    private static final String EXISTING_CLUSTER = "existing-cluster";
    private static final String EMBEDDED = "embedded";
    private static final String OWN = "own";
    /** Each way that there is, the first of which is taken where nothing is said. */
    private static final Map<String, List<String>> WAYS = Map.of(
            KIND, List.of(ONE_MACHINE, SEVERAL_MACHINES, EXISTING_CLUSTER),
            DATABASE, List.of(EMBEDDED, OWN),
            TLS, List.of(NO_TLS, GENERATED, OWN),
            START, List.of("true", "false"),
            FILES, List.of("true", "false"));

    private static final List<String> ASKED = List.of(KIND, DATABASE, TLS, START, FILES);
    private static final List<String> NODES = List.of("coordinators", "foundation-nodes", "connection-servers");
    private static final List<String> FOLDERS = List.of(INSTANCE, "local-folder", "storage", "backup-storage");
    private static final List<String> OPTIONS = List.of(
            INSTANCE,
            "local-folder",
            "storage",
            "backup-storage",
            ADDITIONAL,
            "foundation-nodes",
            "connection-servers",
            "coordinators",
            "database-machine",
            "database-url",
            "database-user",
            "failover-user",
            "failover-servers",
            "listen",
            "rest-port",
            "device-port",
            TLS,
            "tls-names",
            "tls-certificate",
            "tls-authority");
    private final InstallData data;

    Answers(InstallData data) {
        this.data = data;
        takeSecrets();
    }

    static boolean isKnown(String name) {
        return name.equals(HOME)
                || WAYS.containsKey(name)
                || OPTIONS.contains(name)
                || ClusterAnswers.SECRETS.containsKey(name);
    }

    String get(String name) {
        String value = data.getVariable(name);
        return value == null ? "" : value.strip();
    }

    /** Takes the passwords of the environment for answers where there are none, as in an installation that nobody watches. */
    private void takeSecrets() {
        ClusterAnswers.SECRETS.forEach((answer, variable) -> {
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

    /** For a cluster that is laid out; those of one that is there somebody may have edited. */
    boolean wantsFiles() {
        return get(FILES).equals("true") && !isExistingCluster();
    }

    boolean wantsTls() {
        return !get(TLS).equals(NO_TLS);
    }

    boolean hasAdministratorPassword() {
        return !get("administrator-password").isEmpty();
    }

    boolean lacksDatabasePassword() {
        return get(DATABASE).equals(OWN) && get("database-password").isEmpty();
    }

    /** What is none of the ways that there are. */
    List<String> problemsOfWays() {
        return problemsOfWays(this::get);
    }

    private static List<String> problemsOfWays(UnaryOperator<String> answers) {
        List<String> problems = new ArrayList<>();
        for (String way : ASKED) {
            if (!WAYS.get(way).contains(answers.apply(way))) {
                problems.add(way + " must be one of " + String.join(", ", WAYS.get(way)) + ", not \""
                        + answers.apply(way) + "\"");
            }
        }
        return problems;
    }

    /** What is wrong with a file of answers before any of them is used: ways that there are not, and what goes with other ways. */
    static List<String> problemsOfFile(Map<String, String> file) {
        UnaryOperator<String> answers = name ->
                file.getOrDefault(name, WAYS.getOrDefault(name, List.of("")).get(0));
        List<String> problems = problemsOfWays(answers);
        // A cluster that is there has its answers: those of the file by which it was laid out do no harm.
        if (problems.isEmpty() && !answers.apply(KIND).equals(EXISTING_CLUSTER)) {
            for (String name : ofOtherWays(answers)) {
                if (file.containsKey(name)) {
                    problems.add(name + " does not go with " + KIND + "=" + answers.apply(KIND) + " and " + DATABASE
                            + "=" + answers.apply(DATABASE) + " and " + TLS + "=" + answers.apply(TLS));
                }
            }
        }
        return problems;
    }

    /** What is missing of, or no answer to, the question which nodes there are. */
    List<String> problemsOfNodes() throws IOException {
        List<String> problems = new ArrayList<>();
        for (String nodes : NODES) {
            boolean isNumber = get(nodes).matches("\\d+");
            boolean isNone = get(nodes).equals("0") && nodes.equals("connection-servers");
            if (isOneMachine() && !isNumber && !get(nodes).isEmpty()) {
                problems.add("--" + nodes + " must be a number where all are on this machine, not " + get(nodes));
            } else if (!isOneMachine() && (get(nodes).isEmpty() || (isNumber && !isNone))) {
                problems.add("--" + nodes + " must be the addresses of machines, separated by commas");
            }
        }
        return problems.isEmpty() ? problems(Set.of(Subject.NODES)) : problems;
    }

    /** Whether folders are named in full, and apart from that of the programs. */
    List<String> problemsOfFolders() throws IOException {
        List<String> problems = new ArrayList<>();
        if (get(INSTANCE).isEmpty()) {
            problems.add("--" + INSTANCE + " is missing");
        }
        for (String name : FOLDERS) {
            if (!get(name).isEmpty()) {
                requireInFull(name, get(name), problems);
            }
        }
        for (String location : get(ADDITIONAL).split(",", 0)) {
            int sign = location.indexOf('=');
            if (sign >= 0) {
                requireInFull(ADDITIONAL, location.substring(sign + 1), problems);
            }
        }
        return problems.isEmpty() ? problemsOfPlaces() : problems;
    }

    private static void requireInFull(String name, String text, List<String> problems) {
        try {
            Path folder = Path.of(text);
            if (!folder.isAbsolute()) {
                problems.add("--" + name + " must be a folder's name in full, from the root on, not " + folder);
            }
        } catch (InvalidPathException e) {
            problems.add("--" + name + " is no folder's name: " + e.getMessage());
        }
    }

    /** Also of those folders that nobody named. */
    private List<String> problemsOfPlaces() throws IOException {
        Path home = Path.of(data.getInstallPath());
        Path cluster = Path.of(get(INSTANCE));
        if (isExistingCluster() && !ClusterAnswers.isCluster(cluster)) {
            return List.of();
        }
        List<Path> places = isExistingCluster()
                ? ClusterAnswers.placesOf(cluster)
                : new ClusterAnswers(options(), secrets()).places();
        List<String> problems = new ArrayList<>();
        for (Path place : places) {
            if (ClusterAnswers.overlap(place, home)) {
                problems.add(place + " is of the cluster, and the folder of the programs, " + home
                        + ", may not lie in it, nor it in that: the programs are replaced and removed as a whole");
            }
        }
        return problems;
    }

    /** Why {@code cluster create} would lay no cluster out by them, as far as they are about some subjects. */
    List<String> problems(Set<Subject> subjects) throws IOException {
        return new ClusterAnswers(options(), secrets()).problems(subjects);
    }

    /** Those that are options of {@code cluster create}. */
    private Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        Set<String> other = ofOtherWays(this::get);
        OPTIONS.stream().filter(name -> !other.contains(name)).forEach(name -> options.put(name, get(name)));
        return options;
    }

    /** Those that are secrets, by the names that they have in the environment of {@code cluster create}. */
    private Map<String, String> secrets() {
        Map<String, String> secrets = new HashMap<>();
        // Blanks at the ends of a password are part of it.
        ClusterAnswers.SECRETS.forEach(
                (answer, variable) -> secrets.put(variable, String.valueOf(data.getVariable(answer))));
        return secrets;
    }

    /** Empties what was answered on a way that was left again, so that it is in no file. */
    void forgetOtherWays() {
        ofOtherWays(this::get).forEach(name -> data.setVariable(name, ""));
    }

    /** Everything but passwords, in the order in which it is asked, for the next installation. */
    Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(HOME, data.getInstallPath());
        ASKED.forEach(way -> all.put(way, get(way)));
        OPTIONS.forEach(name -> all.put(name, get(name)));
        return all;
    }

    private static Set<String> ofOtherWays(UnaryOperator<String> answers) {
        Set<String> other = new TreeSet<>();
        String kind = answers.apply(KIND);
        if (!kind.equals(ONE_MACHINE)) {
            other.addAll(List.of("listen", "rest-port", "device-port"));
        }
        if (!kind.equals(SEVERAL_MACHINES)) {
            other.addAll(List.of("local-folder", "database-machine"));
        }
        if (kind.equals(EXISTING_CLUSTER)) {
            other.addAll(OPTIONS);
            other.removeAll(List.of(INSTANCE, TLS));
        }
        if (!answers.apply(TLS).equals(GENERATED)) {
            other.add("tls-names");
        }
        if (!answers.apply(TLS).equals(OWN)) {
            other.addAll(List.of("tls-certificate", "tls-authority"));
        }
        other.addAll(
                answers.apply(DATABASE).equals(OWN)
                        ? List.of("database-machine")
                        : List.of("database-url", "database-user", "failover-user", "failover-servers"));
        return other;
    }
}
