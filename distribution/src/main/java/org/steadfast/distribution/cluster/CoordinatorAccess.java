package org.steadfast.distribution.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.SettingsFile;
import org.steadfast.coordination.settings.SettingsReader;
import org.steadfast.distribution.node.SettingsSections;

/** How commands that are no nodes reach the coordinator of a cluster. */
final class CoordinatorAccess {
    private CoordinatorAccess() {}

    static ClusterSettings settings(Instance instance) throws InvalidSettingsException {
        Map<String, String> environment = new LinkedHashMap<>(System.getenv());
        environment.put(
                SettingsFile.ENVIRONMENT_PREFIX + "PlatformSettingsConfig__ClusteredModeSettings__PlatformId",
                "supervisor");
        SettingsFile file = SettingsFile.load(instance.platform(), "supervisor", environment);
        SettingsReader reader = new SettingsReader(file, environment, SettingsSections.paths());
        return reader.section(ClusterSettings.PATH, ClusterSettings.class);
    }
}
