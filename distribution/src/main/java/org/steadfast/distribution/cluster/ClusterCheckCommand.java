package org.steadfast.distribution.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.steadfast.coordination.chassis.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells whether the nodes of this machine will find what they need. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description =
                "Tells whether the nodes of a cluster that are on this machine will find what they need: settings, ports, folders and the room"
                        + " in them, open files, memory, the coordinator, the database and its clock, and the backups. For before the start, and for while they run. Exit status"
                        + " 0: nothing failed; 1: something did.")
final class ClusterCheckCommand implements Callable<Integer> {
    private static final String ROW = "%-5s %-28s %s%n";

    @Mixin
    private InstanceOption option;

    @Option(names = "--json", description = "As a list of JSON objects, for programs.")
    private boolean json;

    @Option(
            names = "--home",
            hidden = true,
            defaultValue = "${sys:steadfast.home}",
            description = "Folder of the distribution; the scripts set it.")
    private Path home;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Optional<MemoryCheck> memory = Optional.ofNullable(home)
                .map(programs -> new MemoryCheck(programs, System.getenv(), MemoryCheck.ofThisMachine()));
        List<Finding> findings = MachineCheck.of(option.read(), Machine.here(), memory);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            findings.forEach(finding -> list.addObject()
                    .put("level", finding.level().name())
                    .put("subject", finding.subject())
                    .put("text", finding.text()));
            out.println(list.toPrettyString());
        } else {
            findings.forEach(finding -> out.printf(ROW, finding.level(), finding.subject(), finding.text()));
        }
        out.flush();
        boolean hasFailed = findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FAIL);
        return (hasFailed ? ExitCode.FAILED : ExitCode.OK).code();
    }
}
