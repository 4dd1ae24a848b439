package org.steadfast.distribution.node;

import java.util.LinkedHashMap;
import java.util.Map;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.SettingsFile;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that every node command has: where its settings are, and which node it is. */
public final class NodeOptions {
    @Mixin
    private PlatformOption location;

    @Option(
            names = "--id",
            paramLabel = "PLATFORM-ID",
            required = true,
            description = "The node's platform id; nodes/<platform id>.json overrides the shared settings.")
    private String id;

    String id() {
        return id;
    }

    Map<String, String> environment() {
        return System.getenv();
    }

    SettingsFile load() throws InvalidSettingsException {
        // The id on the command line is the node's own, whatever the files say.
        Map<String, String> environment = new LinkedHashMap<>(environment());
        environment.put(
                SettingsFile.ENVIRONMENT_PREFIX + "PlatformSettingsConfig__ClusteredModeSettings__PlatformId", id);
        return location.load(id, environment);
    }
}
