package org.steadfast.distribution.node;

import java.util.concurrent.Callable;
import org.apache.logging.log4j.LogManager;
import org.steadfast.connection.ConnectionServer;
import org.steadfast.connection.ConnectionSettings;
import org.steadfast.coordination.chassis.NodeProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a connection server: the gateway of devices. */
@Command(
        name = "connection-server",
        mixinStandardHelpOptions = true,
        description = "Runs a connection server: the gateway of devices.")
public final class ConnectionServerCommand implements Callable<Integer> {
    @Mixin
    private NodeOptions options;

    @Override
    public Integer call() {
        NodeProcess process = new NodeProcess(System.err, LogManager::shutdown);
        return process.run((lifecycle, stopRequest) -> {
                    ConnectionSettings settings =
                            ConnectionSettings.read(options.load(), options.environment(), SettingsSections.paths());
                    ConnectionServer.start(settings, lifecycle);
                })
                .code();
    }
}
