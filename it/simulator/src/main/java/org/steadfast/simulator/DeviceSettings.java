package org.steadfast.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.steadfast.protocol.wire.Body;

/**
 * How one device connects and behaves.
 *
 * @param server where the connection server listens
 * @param credentials what the device logs in with
 * @param names things that it binds, at least one; with a leading {@code *}, identifiers
 * @param gateway what it binds them as, where it is a gateway
 * @param connectTimeout for the TCP connection and the WebSocket handshake together; as long again where many devices connect to
 *     one server at once and wait for their turn
 * @param requestTimeout for the answer to any request, AUTH and BIND included
 * @param pingInterval time between the device's pings
 * @param pongTimeout a ping that is not answered for so long closes the connection
 * @param services what the device offers
 * @param behaviour which of the device SDKs it behaves as
 */
public record DeviceSettings(
        ServerAddress server,
        DeviceCredentials credentials,
        List<String> names,
        Optional<Body.Bind.Gateway> gateway,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration pingInterval,
        Duration pongTimeout,
        DeviceServices services,
        DeviceBehaviour behaviour) {

    public DeviceSettings {
        Objects.requireNonNull(server, "server is null");
        Objects.requireNonNull(credentials, "credentials is null");
        names = List.copyOf(names);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a device needs a name");
        }
        requirePositive(connectTimeout, "connectTimeout");
        requirePositive(requestTimeout, "requestTimeout");
        requirePositive(pingInterval, "pingInterval");
        requirePositive(pongTimeout, "pongTimeout");
        Objects.requireNonNull(gateway, "gateway is null");
        Objects.requireNonNull(services, "services is null");
        Objects.requireNonNull(behaviour, "behaviour is null");
    }

    /** The times and the behaviour of the C device SDK: 10 s for connecting, answers and pongs, a ping every 55 s. */
    public static DeviceSettings of(ServerAddress server, DeviceCredentials credentials, String... names) {
        Duration tenSeconds = Duration.ofSeconds(10);
        return new DeviceSettings(
                server,
                credentials,
                List.of(names),
                Optional.empty(),
                tenSeconds,
                tenSeconds,
                Duration.ofSeconds(55),
                tenSeconds,
                DeviceServices.NONE,
                DeviceBehaviour.C_SDK);
    }

    public DeviceSettings withServer(ServerAddress other) {
        return new DeviceSettings(
                other,
                credentials,
                names,
                gateway,
                connectTimeout,
                requestTimeout,
                pingInterval,
                pongTimeout,
                services,
                behaviour);
    }

    public DeviceSettings withGateway(String name, String type) {
        return new DeviceSettings(
                server,
                credentials,
                names,
                Optional.of(new Body.Bind.Gateway(name, type)),
                connectTimeout,
                requestTimeout,
                pingInterval,
                pongTimeout,
                services,
                behaviour);
    }

    public DeviceSettings withConnectTimeout(Duration other) {
        return new DeviceSettings(
                server,
                credentials,
                names,
                gateway,
                other,
                requestTimeout,
                pingInterval,
                pongTimeout,
                services,
                behaviour);
    }

    public DeviceSettings withRequestTimeout(Duration other) {
        return new DeviceSettings(
                server,
                credentials,
                names,
                gateway,
                connectTimeout,
                other,
                pingInterval,
                pongTimeout,
                services,
                behaviour);
    }

    public DeviceSettings withPings(Duration interval, Duration timeout) {
        return new DeviceSettings(
                server,
                credentials,
                names,
                gateway,
                connectTimeout,
                requestTimeout,
                interval,
                timeout,
                services,
                behaviour);
    }

    public DeviceSettings withServices(DeviceServices other) {
        return new DeviceSettings(
                server,
                credentials,
                names,
                gateway,
                connectTimeout,
                requestTimeout,
                pingInterval,
                pongTimeout,
                other,
                behaviour);
    }

    public DeviceSettings withBehaviour(DeviceBehaviour other) {
        return new DeviceSettings(
                server,
                credentials,
                names,
                gateway,
                connectTimeout,
                requestTimeout,
                pingInterval,
                pongTimeout,
                services,
                other);
    }

    static void requirePositive(Duration duration, String name) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " must be longer than 0, not " + duration);
        }
    }
}
