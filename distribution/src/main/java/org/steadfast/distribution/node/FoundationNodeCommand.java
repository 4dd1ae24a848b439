package org.steadfast.distribution.node;

import java.util.concurrent.Callable;
import org.apache.logging.log4j.LogManager;
import org.steadfast.coordination.chassis.NodeProcess;
import org.steadfast.coordination.settings.SettingsCopy;
import org.steadfast.coordination.settings.SettingsFile;
import org.steadfast.foundation.FoundationNode;
import org.steadfast.foundation.FoundationSettings;
import org.steadfast.foundation.logs.NodeLog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a foundation node: the platform server. */
@Command(
        name = "foundation-node",
        mixinStandardHelpOptions = true,
        description = "Runs a foundation node: the platform server.")
public final class FoundationNodeCommand implements Callable<Integer> {
    @Mixin
    private NodeOptions options;

    @Override
    public Integer call() {
        NodeProcess process = new NodeProcess(System.err, LogManager::shutdown);
        return process.run((lifecycle, stopRequest) -> {
                    SettingsFile file = options.load();
                    FoundationSettings settings =
                            FoundationSettings.read(file, options.environment(), SettingsSections.paths());
                    FoundationNode.start(
                            settings,
                            new SettingsCopy(file.folder(), SettingsSections.all()),
                            lifecycle,
                            stopRequest,
                            new NodeLog(new Log4jLevels(), RecentLines.keep()));
                })
                .code();
    }
}
