package org.steadfast.distribution.cluster;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.distribution.rendering.Destination;
import org.steadfast.distribution.rendering.Template;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the unit by which systemd runs the nodes of this machine. */
@Command(
        name = "systemd",
        mixinStandardHelpOptions = true,
        description = {
            "Prints a unit by which systemd runs the nodes of a cluster that are on this machine: at each start of the machine, again"
                    + " where it fails, and with no more rights than it needs. The same for all machines of a cluster.",
            "Its user must exist, and own the folder of the cluster and the local folder."
        })
final class ClusterSystemdCommand implements Callable<Integer> {
    /** As useradd takes them. */
    private static final Pattern USER = Pattern.compile("[a-z_][a-z0-9_-]{0,30}");

    @Mixin
    private InstanceOption option;

    @Option(
            names = "--user",
            paramLabel = "USER",
            defaultValue = "steadfast",
            description =
                    "Who runs it; not root, as whom the embedded database does not run. Default: ${DEFAULT-VALUE}.")
    private String user;

    @Option(
            names = "--home",
            hidden = true,
            defaultValue = "${sys:steadfast.home}",
            description = "Folder of the distribution; the scripts set it.")
    private Path home;

    @Option(
            names = "--template",
            paramLabel = "FILE",
            defaultValue = "${sys:steadfast.home}/templates/systemd/steadfast.service",
            description = "The template that is filled in. Default: that of this installation.")
    private Path template;

    @Mixin
    private Destination destination;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (!USER.matcher(user).matches() || user.equals("root")) {
            throw new ParameterException(
                    spec.commandLine(), "--user must be the name of a user other than root, not '" + user + "'");
        }
        Instance instance = option.read();
        String folder = instance.folder().toString();
        Map<String, String> words = new LinkedHashMap<>();
        words.put("writable", writable(instance));
        words.put("user", user);
        words.put("java-home", word("JAVA_HOME=" + System.getProperty("java.home")));
        words.put("exec", word(home.resolve("bin/steadfast").toString()));
        words.put("instance", word("--instance=" + folder).replace("$", "$$"));
        return new Template(template)
                .render(spec.commandLine(), words, destination)
                .code();
    }

    /** All folders that nodes of the cluster write to. Those of other machines need not be here. */
    private static String writable(Instance instance) throws NodeFailure {
        Set<Path> folders = new LinkedHashSet<>();
        for (NodePlan node : instance.nodes()) {
            try {
                folders.addAll(NodeNeeds.of(node, instance.platform()).folders());
            } catch (InvalidSettingsException e) {
                throw new NodeFailure(ExitCode.SETTINGS_INVALID, node.id() + ": " + e.getMessage(), e);
            }
        }
        folders.removeIf(path -> path.startsWith(instance.folder()) || path.startsWith(instance.localFolder()));
        StringBuilder words = new StringBuilder(word(instance.folder().toString()));
        if (!instance.localFolder().startsWith(instance.folder())) {
            words.append(' ').append(word(instance.localFolder().toString()));
        }
        folders.forEach(path -> words.append(' ').append(word("-" + path)));
        return words.toString();
    }

    /** A word of a unit file, see systemd.syntax(7) and systemd.unit(5) on specifiers. */
    private static String word(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%") + '"';
    }
}
