package org.steadfast.distribution.node;

import java.nio.file.Path;
import java.util.Map;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.SettingsFile;
import picocli.CommandLine.Option;

/** Where the settings are that all nodes share. */
public final class PlatformOption {
    @Option(
            names = "--platform",
            paramLabel = "FOLDER",
            defaultValue = "${env:THINGWORX_PLATFORM_SETTINGS:-/ThingworxPlatform}",
            description = "The ThingworxPlatform location, which holds platform-settings.json. Default: the environment"
                    + " variable THINGWORX_PLATFORM_SETTINGS, else /ThingworxPlatform.")
    private Path platform;

    /** @param id of the node whose own settings are laid over the shared ones; empty: of none */
    public SettingsFile load(String id, Map<String, String> environment) throws InvalidSettingsException {
        return SettingsFile.load(platform.toAbsolutePath().normalize(), id, environment);
    }
}
