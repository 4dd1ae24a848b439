package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.distribution.cluster.Outline.Problem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/**
 * What somebody answers who lays a cluster out, looked at before anything is written: for an installer, which refuses by it what {@code
 * cluster create --check} refuses. Texts name answers as options, such as {@code --database-url}.
 */
public final class ClusterAnswers {
    /** What answers are about. */
    public enum Subject {
        /** Which nodes there are, and on which machines. */
        NODES,
        /** Where everything is kept. */
        FOLDERS,
        /** Where nodes listen. */
        PORTS,
        /** Whether they speak TLS. */
        TLS,
        /** Where data is kept. */
        DATABASE,
        /** The first way in. */
        ADMINISTRATOR
    }

    /**
     * Answers that are passwords, and what they are called in the environment, where commands look for them: never in options, which every
     * user of the machine can see.
     */
    public static final Map<String, String> SECRETS = Map.of(
            "database-password", Passwords.DATABASE,
            "failover-password", Passwords.FAILOVER,
            "administrator-password", Passwords.ADMINISTRATOR,
            "tls-password", Passwords.CERTIFICATE);

    private final Map<String, String> options;
    private final Map<String, String> environment;

    /**
     * @param answers by the names of the options of {@code cluster create} without dashes; blank ones count as not given
     * @param environment where the options look for passwords
     */
    public ClusterAnswers(Map<String, String> answers, Map<String, String> environment) {
        this.options = AnswersFile.options(answers);
        this.environment = Map.copyOf(environment);
    }

    /** Why no cluster can be laid out by the answers, as far as they are about some subjects; empty if one can. */
    public List<String> problems(Set<Subject> subjects) throws IOException {
        ClusterOptions read;
        try {
            read = read();
        } catch (ParameterException e) {
            return List.of(e.getMessage());
        }
        try {
            Outline outline = read.outline();
            List<String> problems = outline.problems().stream()
                    .filter(problem -> subjects.contains(problem.subject()))
                    .map(Problem::text)
                    .toList();
            return problems.isEmpty()
                    ? Finding.failures(new LayoutCheck(outline.layout(), Machine.here()).of(subjects))
                    : problems;
        } catch (NodeFailure e) {
            return List.of(e.getMessage());
        }
    }

    /**
     * The folders that the cluster would be in, in the end also of those answers that were left to the defaults.
     *
     * @throws IOException if the answers make none
     */
    public List<Path> places() throws IOException {
        try {
            return read().outline().layout().places();
        } catch (ParameterException | NodeFailure e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * The folders that a cluster is in.
     *
     * @param folder of a cluster that is laid out
     * @throws IOException if it cannot be read
     */
    public static List<Path> placesOf(Path folder) throws IOException {
        try {
            Instance instance = Instance.read(folder);
            return List.of(instance.folder(), instance.localFolder(), instance.databaseFolder());
        } catch (NodeFailure e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private ClusterOptions read() {
        Reader reader = new Reader(environment);
        String[] arguments = options.entrySet().stream()
                .map(option -> "--" + option.getKey() + "=" + option.getValue())
                .toArray(String[]::new);
        var unused = new CommandLine(reader).parseArgs(arguments);
        return reader.options;
    }

    /**
     * Why the nodes that a cluster has on this machine would not run; empty if they would, or do.
     *
     * @param folder of a cluster that is laid out
     */
    public static List<String> problemsOfMachine(Path folder) throws IOException {
        try {
            Instance instance = Instance.read(folder);
            Machine machine = Machine.here();
            var unused = machine.nodesOf(instance);
            return isSupervised(instance) ? List.of() : Finding.failures(MachineCheck.before(instance, machine));
        } catch (NodeFailure e) {
            return List.of(e.getMessage());
        }
    }

    /** Whether the nodes that a cluster has on this machine run, from whichever programs. */
    public static boolean runsOnMachine(Path folder) throws IOException {
        try {
            return isSupervised(Instance.read(folder));
        } catch (NodeFailure e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static boolean isSupervised(Instance instance) throws IOException {
        return ProcessRecord.read(instance.supervisorRecord()).isPresent();
    }

    /** Whether there is a cluster in a folder. */
    public static boolean isCluster(Path folder) {
        return Instance.isIn(folder);
    }

    /** Why nothing can be written to a folder that may have to be made first, or too little; nothing is left behind. */
    public static List<String> problemsOfFolder(Path folder) {
        return Finding.failures(List.of(new FolderCheck(false).before(folder, folder.toString(), true)));
    }

    /** Whether one of two folders, which may not be there yet, is in the other, or both are the same. */
    public static boolean overlap(Path one, Path other) throws IOException {
        return Places.overlap(one, other);
    }

    /** Lets picocli read options without running anything. */
    @Command
    private static final class Reader {
        @Mixin
        private final ClusterOptions options;

        private Reader(Map<String, String> environment) {
            this.options = new ClusterOptions(environment);
        }
    }
}
