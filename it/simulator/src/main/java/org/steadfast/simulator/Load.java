package org.steadfast.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * What each device of a fleet sends. A message carries one value for each property: a NUMBER that counts up from
 * {@code firstValue}, one per message, so that what got lost can be told from what did not.
 *
 * @param properties names of the properties in each message
 * @param rate messages per second and device; 0 = as fast as the window allows
 * @param outstanding messages that may wait for their acknowledgement, per device, 1 to 1000
 * @param ramp time over which the devices come up
 * @param duration sending ends after this time; empty = no end by time
 * @param messages sending ends after so many messages per device; empty = no end by number
 * @param firstValue the first message's value, at least 1 and below 2^53, up to which a NUMBER is exact
 * @param payloadBytes length of a STRING that each message carries beside, in the property {@value #PAYLOAD}; 0 = none
 */
public record Load(
        List<String> properties,
        double rate,
        int outstanding,
        Duration ramp,
        Optional<Duration> duration,
        OptionalLong messages,
        long firstValue,
        int payloadBytes) {
    /** The property that makes messages long. */
    public static final String PAYLOAD = "payload";

    private static final long LARGEST_EXACT = 1L << 53;

    public Load {
        properties = List.copyOf(properties);
        Objects.requireNonNull(ramp, "ramp is null");
        Objects.requireNonNull(duration, "duration is null");
        Objects.requireNonNull(messages, "messages is null");
        require(!properties.isEmpty(), "a message needs at least one property");
        require(rate >= 0 && Double.isFinite(rate), "the rate must not be negative");
        require(outstanding >= 1 && outstanding <= 1000, "between 1 and 1000 messages may be outstanding");
        require(!ramp.isNegative(), "the ramp must not be negative");
        require(duration.isEmpty() || !duration.get().isNegative(), "the duration must not be negative");
        require(messages.isEmpty() || messages.getAsLong() >= 1, "at least one message must be sent");
        require(firstValue >= 1 && firstValue < LARGEST_EXACT, "the first value must lie between 1 and 2^53");
        require(payloadBytes >= 0, "the payload must not be negative");
    }

    /** So many messages per device, one property {@code p1}, as fast as one outstanding message allows, no ramp. */
    public static Load messages(long perDevice) {
        return new Load(numbered(1), 0, 1, Duration.ZERO, Optional.empty(), OptionalLong.of(perDevice), 1, 0);
    }

    /** Messages for so long; for the rest like {@link #messages(long)}. */
    public static Load lasting(Duration duration) {
        return new Load(numbered(1), 0, 1, Duration.ZERO, Optional.of(duration), OptionalLong.empty(), 1, 0);
    }

    /** Messages until {@link Fleet#stop()}; for the rest like {@link #messages(long)}. */
    public static Load untilStopped() {
        return new Load(numbered(1), 0, 1, Duration.ZERO, Optional.empty(), OptionalLong.empty(), 1, 0);
    }

    /** With properties {@code p1} to {@code pN}. */
    public Load withProperties(int count) {
        return new Load(numbered(count), rate, outstanding, ramp, duration, messages, firstValue, payloadBytes);
    }

    public Load withProperties(List<String> names) {
        return new Load(names, rate, outstanding, ramp, duration, messages, firstValue, payloadBytes);
    }

    public Load withRate(double messagesPerSecond) {
        return new Load(properties, messagesPerSecond, outstanding, ramp, duration, messages, firstValue, payloadBytes);
    }

    public Load withOutstanding(int window) {
        return new Load(properties, rate, window, ramp, duration, messages, firstValue, payloadBytes);
    }

    public Load withRamp(Duration time) {
        return new Load(properties, rate, outstanding, time, duration, messages, firstValue, payloadBytes);
    }

    public Load withFirstValue(long value) {
        return new Load(properties, rate, outstanding, ramp, duration, messages, value, payloadBytes);
    }

    public Load withPayload(int bytes) {
        return new Load(properties, rate, outstanding, ramp, duration, messages, firstValue, bytes);
    }

    private static List<String> numbered(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(n -> "p" + n).toList();
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
