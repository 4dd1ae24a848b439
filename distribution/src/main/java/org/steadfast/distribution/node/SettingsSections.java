package org.steadfast.distribution.node;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.steadfast.connection.ConnectionSettings;
import org.steadfast.coordination.coordinator.CoordinatorSettings;
import org.steadfast.coordination.settings.BasicSettings;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.coordination.tls.CoordinatorTlsSettings;
import org.steadfast.coordination.tls.TlsSettings;
import org.steadfast.foundation.FoundationSettings;

/** All sections of the settings file. Each kind of node reads its own and knows the others only by name. */
public final class SettingsSections {
    private SettingsSections() {}

    /** Paths and records, in the order of the reference page. */
    public static Map<String, Class<? extends Record>> all() {
        Map<String, Class<? extends Record>> sections = new LinkedHashMap<>();
        sections.put(BasicSettings.PATH, BasicSettings.class);
        sections.put(ClusterSettings.PATH, ClusterSettings.class);
        sections.put(TlsSettings.PATH, TlsSettings.class);
        sections.put(CoordinatorTlsSettings.PATH, CoordinatorTlsSettings.class);
        sections.putAll(FoundationSettings.sections());
        sections.putAll(ConnectionSettings.sections());
        sections.put(CoordinatorSettings.PATH, CoordinatorSettings.class);
        sections.put(EmbeddedDatabaseSettings.PATH, EmbeddedDatabaseSettings.class);
        return sections;
    }

    /** The paths of all sections. */
    public static Set<String> paths() {
        return Set.copyOf(all().keySet());
    }
}
