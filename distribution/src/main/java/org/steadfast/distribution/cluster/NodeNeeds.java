package org.steadfast.distribution.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.steadfast.connection.ConnectionSettings;
import org.steadfast.coordination.coordinator.CoordinatorSettings;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.SettingsFile;
import org.steadfast.coordination.settings.SettingsReader;
import org.steadfast.coordination.tls.CoordinatorCertificate;
import org.steadfast.coordination.tls.CoordinatorTlsSettings;
import org.steadfast.distribution.node.EmbeddedDatabaseSettings;
import org.steadfast.distribution.node.SettingsSections;
import org.steadfast.foundation.DatabaseSettings;
import org.steadfast.foundation.FoundationSettings;
import org.steadfast.persistence.postgres.HistoryTarget;

/**
 * What a node is going to use, by its settings.
 *
 * @param endpoints where it listens
 * @param folders that it writes to
 * @param foundation all settings of a foundation node
 */
record NodeNeeds(List<Endpoint> endpoints, List<Path> folders, Optional<FoundationSettings> foundation) {
    /** As {@code steadfast pgpool} tells operators to count. */
    private static final int OTHER_CONNECTIONS = 4;

    private static final int INFLUX_CONNECTIONS = 8;

    /** An address at which a node listens, and for whom. */
    record Endpoint(String host, int port, String purpose) {}

    /** @throws InvalidSettingsException with every problem that the node would tell of */
    static NodeNeeds of(NodePlan node, Path platform) throws InvalidSettingsException {
        Map<String, String> environment = new LinkedHashMap<>(System.getenv());
        environment.put(
                SettingsFile.ENVIRONMENT_PREFIX + "PlatformSettingsConfig__ClusteredModeSettings__PlatformId",
                node.id());
        SettingsFile file = SettingsFile.load(platform, node.id(), environment);
        Set<String> sections = SettingsSections.paths();
        return switch (node.role()) {
            case NodePlan.FOUNDATION_NODE -> of(FoundationSettings.read(file, environment, sections));
            case NodePlan.CONNECTION_SERVER -> {
                ConnectionSettings settings = ConnectionSettings.read(file, environment, sections);
                yield at(
                        new Endpoint(settings.server().host(), settings.server().port(), "devices"),
                        copies(settings.coordinatorTls()));
            }
            case NodePlan.COORDINATOR -> {
                SettingsReader reader = new SettingsReader(file, environment, sections);
                CoordinatorSettings settings = reader.section(CoordinatorSettings.PATH, CoordinatorSettings.class);
                CoordinatorCertificate certificate = CoordinatorCertificate.read(reader);
                reader.finish();
                yield of(settings, certificate);
            }
            default -> {
                SettingsReader reader = new SettingsReader(file, environment, sections);
                EmbeddedDatabaseSettings settings =
                        reader.section(EmbeddedDatabaseSettings.PATH, EmbeddedDatabaseSettings.class);
                reader.section(DatabaseSettings.PATH, DatabaseSettings.class);
                reader.finish();
                yield at(
                        new Endpoint(settings.host(), settings.port(), "foundation nodes"),
                        // What tells that it is ready is beside its data.
                        List.of(settings.dataFolder().getParent(), settings.binariesFolder()));
            }
        };
    }

    private static NodeNeeds at(Endpoint endpoint, List<Path> folders) {
        return new NodeNeeds(List.of(endpoint), folders, Optional.empty());
    }

    /** Of certificates, where coordinators want them. */
    private static List<Path> copies(CoordinatorTlsSettings tls) {
        return tls.enabled() ? List.of(tls.copiesFolder()) : List.of();
    }

    private static NodeNeeds of(FoundationSettings settings) {
        List<Path> folders = new ArrayList<>(List.of(
                settings.basic().storage(),
                settings.basic().backupStorage(),
                settings.sharedState().workFolder()));
        folders.addAll(settings.basic().additional().values());
        folders.addAll(copies(settings.coordinatorTls()));
        return new NodeNeeds(
                List.of(
                        new Endpoint(settings.rest().host(), settings.rest().httpPort(), "users and links"),
                        new Endpoint(
                                settings.sharedState().host(),
                                settings.sharedState().communicationPort(),
                                "other foundation nodes")),
                folders,
                Optional.of(settings));
    }

    private static NodeNeeds of(CoordinatorSettings settings, CoordinatorCertificate certificate) {
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.add(new Endpoint(settings.host(), settings.clientPort(), "nodes"));
        for (String member : settings.ensemble()) {
            String[] parts = member.split("[=:]", -1);
            if (Integer.parseInt(parts[0]) == settings.serverId()) {
                endpoints.add(new Endpoint(parts[1], Integer.parseInt(parts[2]), "the ensemble"));
                endpoints.add(new Endpoint(parts[1], Integer.parseInt(parts[3]), "the ensemble's elections"));
            }
        }
        List<Path> folders = new ArrayList<>(List.of(settings.dataFolder(), settings.transactionLogFolder()));
        certificate.copiesFolder().ifPresent(folders::add);
        return new NodeNeeds(endpoints, folders, Optional.empty());
    }

    /** How many connections to the database it may open: of its pools, its lanes, and what watches and migrates. */
    int connections() {
        return foundation
                .map(settings -> settings.database().maxPoolSize()
                        + settings.ingestion().lanes()
                        + OTHER_CONNECTIONS
                        + (settings.influx().target() == HistoryTarget.MOVES ? INFLUX_CONNECTIONS : 0))
                .orElse(0);
    }
}
