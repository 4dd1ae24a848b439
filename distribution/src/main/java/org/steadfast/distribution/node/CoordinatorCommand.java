package org.steadfast.distribution.node;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.logging.log4j.LogManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeProcess;
import org.steadfast.coordination.coordinator.CoordinatorServer;
import org.steadfast.coordination.coordinator.CoordinatorSettings;
import org.steadfast.coordination.settings.SettingsReader;
import org.steadfast.coordination.tls.CoordinatorCertificate;
import org.steadfast.coordination.tls.NodeTls;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a server of the coordinator (ZooKeeper). */
@Command(
        name = "coordinator",
        mixinStandardHelpOptions = true,
        description = "Runs a server of the coordinator (ZooKeeper).")
public final class CoordinatorCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(CoordinatorCommand.class);

    @Mixin
    private NodeOptions options;

    @Override
    public Integer call() {
        NodeProcess process = new NodeProcess(System.err, LogManager::shutdown);
        return process.run((lifecycle, stopRequest) -> {
                    SettingsReader reader =
                            new SettingsReader(options.load(), options.environment(), SettingsSections.paths());
                    CoordinatorSettings settings = reader.section(CoordinatorSettings.PATH, CoordinatorSettings.class);
                    CoordinatorCertificate certificate = CoordinatorCertificate.read(reader);
                    reader.finish();
                    Optional<NodeTls> tls = NodeTls.open(certificate);
                    tls.ifPresent(opened -> lifecycle.onStop("TLS", opened::close));
                    CoordinatorServer server =
                            CoordinatorServer.start(settings, tls.flatMap(NodeTls::withCoordinators));
                    lifecycle.onStop("coordinator", server::close);
                    var unused = server.onExit().thenRun(() -> {
                        log.error("COORDINATOR_FAILED: the coordinator server ended by itself");
                        stopRequest.stop(ExitCode.FAILED);
                    });
                })
                .code();
    }
}
