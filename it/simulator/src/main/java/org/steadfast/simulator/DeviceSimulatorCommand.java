package org.steadfast.simulator;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of the device simulator: reads the options, runs a {@link SimulatorRun}. */
@Command(
        name = "device-simulator",
        sortOptions = false,
        description = "Simulates devices that push property values, and checks what became of them.",
        exitCodeListHeading = "%nExit status:%n")
public final class DeviceSimulatorCommand implements Callable<Integer> {
    private final StopSignal stop;
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @ArgGroup
    private AppKeyOptions appKey;

    @Mixin
    private FleetOptions fleet;

    @Option(
            names = "--create-things",
            paramLabel = "<host:port>",
            description = "Foundation node at whose REST address the things and their properties are created first,"
                    + " where they are absent.")
    private ServerAddress createAt;

    @Option(
            names = "--verify",
            split = ",",
            paramLabel = "<host:port>",
            description = "Foundation nodes at whose REST addresses all properties are read in the end: each must hold"
                    + " a value between the last acknowledged and the last sent.")
    private List<ServerAddress> verifyAt = List.of();

    @Option(
            names = "--ca",
            paramLabel = "<file>",
            description =
                    "PEM file with the authorities whose certificates are accepted. With it, all servers and nodes"
                            + " are spoken to by TLS (wss, https); without it by none.")
    private Path authorities;

    @Option(names = "--json", description = "Print the final result as JSON.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean unusedHelp;

    DeviceSimulatorCommand(StopSignal stop, Map<String, String> environment) {
        this.stop = stop;
        this.environment = environment;
    }

    static CommandLine commandLine(StopSignal stop, Map<String, String> environment) {
        CommandLine line = new CommandLine(new DeviceSimulatorCommand(stop, environment))
                .registerConverter(ServerAddress.class, ServerAddress::parse)
                .setParameterExceptionHandler(DeviceSimulatorCommand::calledWrongly);
        line.getCommandSpec().usageMessage().exitCodeList(ExitStatus.descriptions());
        return line;
    }

    @Override
    public Integer call() throws InterruptedException {
        SimulatorRun run;
        CommandLine line = spec.commandLine();
        try {
            run = new SimulatorRun(
                    fleet.settings(AppKeyOptions.resolve(appKey, environment)),
                    authorities == null ? Transport.plain() : Transport.trusting(authorities),
                    createAt == null ? List.of() : List.of(createAt),
                    verifyAt,
                    json,
                    line.getOut(),
                    new ProgressLine(line.getErr(), ProgressLine.stderrIsTerminal()),
                    stop);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(line, e.getMessage(), e);
        }
        return run.run().code();
    }

    /** Says what is wrong. Arguments that nothing takes are not repeated: one may be an application key. */
    private static int calledWrongly(ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        if (e instanceof UnmatchedArgumentException unmatched) {
            String options = unmatched.getUnmatched().stream()
                    .filter(argument -> argument.startsWith("--"))
                    .map(argument -> argument.replaceFirst("=.*", ""))
                    .reduce("", (all, option) -> all + " " + option);
            err.println(options.isEmpty() ? "arguments that no option takes" : "unknown options:" + options);
        } else {
            err.println(e.getMessage());
        }
        err.println("Try device-simulator --help.");
        err.flush();
        return ExitStatus.USAGE.code();
    }
}
