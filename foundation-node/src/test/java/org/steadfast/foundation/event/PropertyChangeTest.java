package org.steadfast.foundation.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.steadfast.persistence.store.Before;
import org.steadfast.persistence.store.Follow;
import org.steadfast.persistence.store.FollowedWrites;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.ValueCodec;

class PropertyChangeTest {
    private static final Follow FOLLOW = Follow.hearing("Pump", true);
    private static final PropertyKey KEY = new PropertyKey(1, "p");

    @Test
    void eachWriteIsAChangeOfItsOwn() {
        List<PropertyChange> changes =
                PropertyChange.of(writes(write(1, 0, 0), write(2, 0, 0), write(2, 0, 0)), before(7, 0, 0));

        assertThat(changes).extracting(PropertyChangeTest::text).containsExactly("7>1", "1>2", "2>2");
    }

    @Test
    void theFirstHasNothingBeforeIt() {
        assertThat(PropertyChange.of(writes(write(1, 0, 0)), Before.NOTHING))
                .extracting(PropertyChangeTest::text)
                .containsExactly("none>1");
    }

    @Test
    void whatCameTooLateChangedNothing() {
        List<PropertyChange> changes = PropertyChange.of(
                writes(write(5, 3, 5), write(6, 3, 6), write(6, 3, 6), write(4, 3, 4), write(1, 4, 1), write(7, 3, 7)),
                before(5, 3, 5));

        assertThat(changes).extracting(PropertyChangeTest::text).containsExactly("5>6", "6>1");
    }

    private static FollowedWrites writes(ValueWrite... writes) {
        return new FollowedWrites(KEY, FOLLOW, List.of(writes));
    }

    private static Before before(double value, long epoch, long sequence) {
        return new Before(
                Optional.of(new Before.Old(ValueCodec.toBytes(Value.number(value)), 1, "GOOD")), epoch, sequence);
    }

    private static ValueWrite write(double value, long epoch, long sequence) {
        return new ValueWrite(
                KEY, ValueCodec.toBytes(Value.number(value)), sequence, "GOOD", epoch, sequence, Optional.of(FOLLOW));
    }

    private static String text(PropertyChange change) {
        return change.before().map(PropertyChangeTest::text).orElse("none") + ">" + text(change.after());
    }

    private static String text(PropertyChange.State state) {
        return Integer.toString((int) ((Value.Number) state.value()).number());
    }
}
