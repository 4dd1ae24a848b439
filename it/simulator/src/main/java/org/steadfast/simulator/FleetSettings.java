package org.steadfast.simulator;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A fleet of devices.
 *
 * @param servers where they connect to; device n begins with address n modulo their number
 * @param prefix device n, from 1, binds the thing {@code <prefix><n>}
 * @param devices how many there are
 * @param behaviour which of the device SDKs they behave as
 */
public record FleetSettings(
        List<ServerAddress> servers,
        AppKey appKey,
        String prefix,
        int devices,
        Load load,
        Patience patience,
        DeviceBehaviour behaviour) {

    public FleetSettings {
        servers = List.copyOf(servers);
        Objects.requireNonNull(appKey, "appKey is null");
        Objects.requireNonNull(prefix, "prefix is null");
        Objects.requireNonNull(load, "load is null");
        Objects.requireNonNull(patience, "patience is null");
        Objects.requireNonNull(behaviour, "behaviour is null");
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("a fleet needs a server address");
        }
        if (prefix.isBlank()) {
            throw new IllegalArgumentException("the prefix of the things' names must not be blank");
        }
        if (devices < 1) {
            throw new IllegalArgumentException("a fleet needs at least one device");
        }
    }

    /** A fleet whose devices behave as the C SDK does. */
    public FleetSettings(
            List<ServerAddress> servers, AppKey appKey, String prefix, int devices, Load load, Patience patience) {
        this(servers, appKey, prefix, devices, load, patience, DeviceBehaviour.C_SDK);
    }

    public FleetSettings withBehaviour(DeviceBehaviour other) {
        return new FleetSettings(servers, appKey, prefix, devices, load, patience, other);
    }

    /** The names of all things. */
    public List<String> things() {
        return IntStream.rangeClosed(1, devices).mapToObj(n -> prefix + n).toList();
    }
}
