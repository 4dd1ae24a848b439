package org.steadfast.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Characteristic;
import org.steadfast.protocol.wire.EntityType;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

final class LongRequestsTest {
    private static final Target COPY =
            new Target(EntityType.SUBSYSTEMS, "FileTransferSubsystem", Characteristic.SERVICES, "Copy");

    @Test
    void aCopyIsWaitedForAsLongAsTheDeviceSaysAndNoLongerThanAnHour() throws Exception {
        assertThat(patience(COPY, new Value.Int(60_000))).isEqualTo(Duration.ofSeconds(62));
        assertThat(patience(COPY, Value.number(1e15))).isEqualTo(Duration.ofSeconds(3602));
    }

    @Test
    void allElseIsWaitedForAsUsual() throws Exception {
        assertThat(patience(COPY, new Value.Int(0))).isZero();
        assertThat(patience(COPY, new Value.Int(-5))).isZero();
        assertThat(patience(COPY, Value.number(Double.NaN))).isZero();
        assertThat(patience(COPY, Value.string("60000"))).isZero();
        assertThat(patience(Target.service("FileTransferSubsystem", "Copy"), new Value.Int(60_000)))
                .isZero();
        byte[] without = MessageCodec.encode(
                new Message(Header.request(Verb.POST, 1, 0, 0), new Body.Request(COPY, Optional.empty())));
        assertThat(LongRequests.patience(COPY, without)).isZero();
    }

    private static Duration patience(Target target, Value timeout) throws Exception {
        Infotable parameters =
                new Infotable(List.of(new FieldDefinition("timeout", BaseType.INTEGER)), List.of(List.of(timeout)));
        byte[] message = MessageCodec.encode(
                new Message(Header.request(Verb.POST, 1, 0, 0), new Body.Request(target, Optional.of(parameters))));
        return LongRequests.patience(target, message);
    }
}
