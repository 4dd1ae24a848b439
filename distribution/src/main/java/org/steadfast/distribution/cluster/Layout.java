package org.steadfast.distribution.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.steadfast.coordination.settings.Secret;

/**
 * What a cluster is going to be, before it is laid out.
 *
 * @param folder of the settings and of the list of nodes
 * @param localFolder what each machine has for itself
 * @param storage the ThingworxStorage location
 * @param backupStorage the ThingworxBackupStorage location
 * @param additionalStorage further storage locations, by their names
 * @param database where the cluster has none of its own
 * @param failover where the cluster promotes that one's standbys
 * @param tls whose certificate nodes show; empty where they speak plain HTTP
 * @param administratorPasswordHash empty where the administrator comes in by the application key alone
 */
record Layout(
        Path folder,
        Path localFolder,
        Path storage,
        Path backupStorage,
        Placement placement,
        PortChoice ports,
        Map<String, Path> additionalStorage,
        Optional<ExternalDatabase> database,
        Optional<DatabaseFailover> failover,
        Optional<Secret> administratorPasswordHash,
        Optional<TlsChoice> tls) {
    /** The ThingworxPlatform location. */
    Path platform() {
        return Instance.platform(folder);
    }

    /** Everything that a machine has of the cluster. */
    List<Path> places() {
        List<Path> places = new ArrayList<>(List.of(folder, localFolder, storage, backupStorage));
        places.addAll(additionalStorage.values());
        return places;
    }

    /** What files of users and backups may not lie in, nor contain. */
    List<Path> ownFolders() {
        return List.of(
                platform(),
                localFolder.resolve("log"),
                localFolder.resolve("run"),
                localFolder.resolve("work"),
                localFolder.resolve("coordinator"),
                localFolder.resolve("database"));
    }

    /**
     * Which ports nodes get.
     *
     * @param anyFree whether the usual ones are passed over on this machine, for several clusters on it
     * @param rest of the first foundation node of a machine; empty: the usual one, or the next free one
     * @param device of the first connection server of a machine; empty: as before
     */
    record PortChoice(boolean anyFree, Optional<Integer> rest, Optional<Integer> device) {}
}
