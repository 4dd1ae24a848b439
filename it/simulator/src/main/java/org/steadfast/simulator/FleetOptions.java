package org.steadfast.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/** The command's options that say what the fleet is and what it sends. */
final class FleetOptions {
    @Option(
            names = "--server",
            required = true,
            split = ",",
            paramLabel = "<host:port>",
            description = "Where connection servers listen; may be given several times or as a list."
                    + " A device whose server refuses or dies goes to the next.")
    private List<ServerAddress> servers;

    @Option(
            names = "--devices",
            defaultValue = "1",
            paramLabel = "<n>",
            description = "How many devices there are (default: ${DEFAULT-VALUE}).")
    private int devices;

    @Option(
            names = "--prefix",
            defaultValue = "sim",
            paramLabel = "<name>",
            description = "Device n, from 1, binds the thing <name>n (default: ${DEFAULT-VALUE}).")
    private String prefix;

    @Option(
            names = "--properties",
            defaultValue = "1",
            paramLabel = "<n>",
            description = "Properties p1 to pn in each message (default: ${DEFAULT-VALUE}).")
    private int properties;

    @Option(
            names = "--rate",
            defaultValue = "1",
            paramLabel = "<n>",
            description = "Messages per second and device; 0 = as fast as acknowledgements come"
                    + " (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--outstanding",
            defaultValue = "1",
            paramLabel = "<n>",
            description = "Messages per device that may wait for their acknowledgement (default: ${DEFAULT-VALUE}).")
    private int outstanding;

    @Option(
            names = "--ramp",
            defaultValue = "0s",
            converter = DurationConverter.class,
            paramLabel = "<time>",
            description = "Time over which the devices come up, such as 30s (default: ${DEFAULT-VALUE}).")
    private Duration ramp;

    @Option(
            names = "--duration",
            converter = DurationConverter.class,
            paramLabel = "<time>",
            description = "Send for so long. Without it and without --messages: until Ctrl-C.")
    private Duration duration;

    @Option(names = "--messages", paramLabel = "<n>", description = "Send so many messages per device.")
    private Long messages;

    @Option(
            names = "--first-value",
            paramLabel = "<n>",
            description = "Value of the first message; it counts up from there."
                    + " (default: the clock's microseconds, so that a later run never falls behind an earlier one)")
    private Long firstValue;

    @Option(
            names = "--request-timeout",
            defaultValue = "10s",
            converter = DurationConverter.class,
            paramLabel = "<time>",
            description = "A message that is not answered for so long is sent again (default: ${DEFAULT-VALUE}).")
    private Duration requestTimeout;

    @Option(
            names = "--connect-within",
            defaultValue = "30s",
            converter = DurationConverter.class,
            paramLabel = "<time>",
            description = "Give up when no device is bound after so long (default: ${DEFAULT-VALUE}).")
    private Duration connectWithin;

    @Option(
            names = "--behaviour",
            defaultValue = "c-sdk",
            converter = BehaviourConverter.class,
            paramLabel = "<name>",
            description =
                    "c-sdk: devices answer no pings, and ask for their subscriptions after they have answered that"
                            + " these have changed. java-sdk: they answer pings, and read no further request until they know their"
                            + " subscriptions; they send nothing before (default: ${DEFAULT-VALUE}).")
    private DeviceBehaviour behaviour;

    FleetSettings settings(AppKey appKey) {
        Load load = new Load(
                IntStream.rangeClosed(1, properties).mapToObj(n -> "p" + n).toList(),
                rate,
                outstanding,
                ramp,
                Optional.ofNullable(duration),
                messages == null ? OptionalLong.empty() : OptionalLong.of(messages),
                firstValue == null ? Instant.now().getEpochSecond() * 1_000_000 : firstValue,
                0);
        Patience patience =
                Patience.standard().withRequestTimeout(requestTimeout).withConnectWithin(connectWithin);
        return new FleetSettings(servers, appKey, prefix, devices, load, patience, behaviour);
    }
}
