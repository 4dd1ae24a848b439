package org.steadfast.connection;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.steadfast.connection.session.ConnectionServerSettings;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.SettingsFile;
import org.steadfast.coordination.settings.SettingsReader;
import org.steadfast.coordination.tls.CoordinatorTlsSettings;
import org.steadfast.coordination.tls.TlsSettings;

/** All settings of a connection server. */
public record ConnectionSettings(
        ClusterSettings cluster,
        ConnectionServerSettings server,
        TlsSettings tls,
        CoordinatorTlsSettings coordinatorTls) {

    /**
     * Reads them.
     *
     * @param foreignSections sections of other kinds of nodes
     * @throws InvalidSettingsException with every problem
     */
    public static ConnectionSettings read(
            SettingsFile file, Map<String, String> environment, Set<String> foreignSections)
            throws InvalidSettingsException {
        SettingsReader reader = new SettingsReader(file, environment, foreignSections);
        ConnectionSettings settings = new ConnectionSettings(
                reader.section(ClusterSettings.PATH, ClusterSettings.class),
                reader.section(ConnectionServerSettings.PATH, ConnectionServerSettings.class),
                reader.section(TlsSettings.PATH, TlsSettings.class),
                reader.section(CoordinatorTlsSettings.PATH, CoordinatorTlsSettings.class));
        reader.finish();
        return settings;
    }

    /** The sections that only connection servers read, with their records. */
    public static Map<String, Class<? extends Record>> sections() {
        Map<String, Class<? extends Record>> sections = new LinkedHashMap<>();
        sections.put(ConnectionServerSettings.PATH, ConnectionServerSettings.class);
        return sections;
    }
}
