package org.steadfast.distribution.node;

import java.util.concurrent.Callable;
import org.apache.logging.log4j.LogManager;
import org.steadfast.coordination.chassis.NodeProcess;
import org.steadfast.coordination.coordinator.CoordinatorServer;
import org.steadfast.coordination.coordinator.CoordinatorSettings;
import org.steadfast.coordination.settings.SettingsReader;
import org.steadfast.distribution.SettingsSections;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a server of the coordinator (ZooKeeper). */
@Command(
        name = "coordinator",
        mixinStandardHelpOptions = true,
        description = "Runs a server of the coordinator (ZooKeeper).")
public final class CoordinatorCommand implements Callable<Integer> {
    @Mixin
    private NodeOptions options;

    @Override
    public Integer call() {
        NodeProcess process = new NodeProcess(System.err, LogManager::shutdown);
        return process.run((lifecycle, stopRequest) -> {
                    SettingsReader reader =
                            new SettingsReader(options.load(), options.environment(), SettingsSections.paths());
                    CoordinatorSettings settings = reader.section(CoordinatorSettings.PATH, CoordinatorSettings.class);
                    reader.finish();
                    CoordinatorServer server = CoordinatorServer.start(settings);
                    lifecycle.onStop("coordinator", server::close);
                })
                .code();
    }
}
