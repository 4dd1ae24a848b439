package org.steadfast.connection.session;

import java.time.Duration;
import java.util.Optional;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.EntityType;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Target;

/**
 * How long devices wait for what takes its time: the copy of a file, where they wait for its end, is answered at its end, and they say
 * how long that may be (device protocol, section 8). Stateless.
 */
final class LongRequests {
    private static final Duration LONGEST = Duration.ofHours(1);
    /** The node answers when the time is over; its answer is worth waiting for. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private LongRequests() {}

    /** @return zero for what is answered as soon as all else */
    static Duration patience(Target target, byte[] message) throws CodecException {
        if (target.entityType() != EntityType.SUBSYSTEMS
                || !target.entityName().equals("FileTransferSubsystem")
                || !target.isService("Copy")) {
            return Duration.ZERO;
        }
        Optional<Infotable> parameters = MessageCodec.decode(message).body() instanceof Body.Request request
                ? request.parameters()
                : Optional.empty();
        double millis = parameters
                .map(sent -> sent.first("timeout"))
                .map(LongRequests::number)
                .orElse(0.0);
        if (!(millis >= 1)) {
            return Duration.ZERO;
        }
        Duration wanted = Duration.ofMillis((long) Math.min(millis, LONGEST.toMillis()));
        return wanted.plus(GRACE);
    }

    private static double number(Value value) {
        if (value instanceof Value.Int number) {
            return number.number();
        }
        return value instanceof Value.Number number ? number.number() : 0;
    }
}
