package org.steadfast.foundation.ingestion;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.steadfast.persistence.store.Follow;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.ValueWrite;

class BatchTest {
    private final Batch batch = new Batch(4);

    @Test
    void standsInTheOrderOfKeys() {
        batch.add(update(direct(2, "a", ""), direct(2, "B", "")));
        batch.add(update(direct(1, "z", "")));
        batch.add(update(direct(10, "a", "")));

        assertThat(batch.writes())
                .extracting(ValueWrite::key)
                .containsExactly(key(1, "z"), key(2, "B"), key(2, "a"), key(10, "a"));
    }

    @Test
    void keepsTheLaterStampWhicheverComesFirst() {
        batch.add(update(stamped("newer", 3, 7)));
        batch.add(update(stamped("older sequence", 3, 6)));
        batch.add(update(stamped("older epoch", 2, 100)));
        assertThat(values()).containsExactly("newer");

        batch.add(update(stamped("newer sequence", 3, 8)));
        assertThat(values()).containsExactly("newer sequence");

        batch.add(update(stamped("newer epoch", 4, 1)));
        assertThat(values()).containsExactly("newer epoch");
        assertThat(batch.updates()).hasSize(5);
    }

    @Test
    void keepsTheLastOfDirectWrites() {
        batch.add(update(direct(1, "p", "first")));
        batch.add(update(direct(1, "p", "second")));
        batch.add(update(direct(1, "p", "third")));

        assertThat(values()).containsExactly("third");
        assertThat(batch.updates()).hasSize(3);
    }

    @Test
    void leavesItToTheDatabaseWhichOfADirectAndAStampedWriteIsLater() {
        assertThat(batch.add(update(direct(1, "p", "user")))).isTrue();
        assertThat(batch.add(update(direct(1, "other", ""), stamped("device", 3, 7))))
                .isFalse();
        assertThat(values()).containsExactly("user");

        Batch next = new Batch(4);
        assertThat(next.add(update(stamped("device", 3, 7)))).isTrue();
        assertThat(next.add(update(direct(1, "p", "user")))).isFalse();
        assertThat(next.add(update(direct(2, "p", "another thing")))).isTrue();
    }

    @Test
    void remembersEveryWriteToWhatIsFollowed() {
        ValueWrite first = followed("first", false);
        ValueWrite second = followed("second", true);
        batch.add(update(first));
        batch.add(update(second, direct(1, "unfollowed", "x")));

        assertThat(batch.writes()).hasSize(2);
        assertThat(batch.followed()).hasSize(1);
        assertThat(batch.followed().get(0).writes()).containsExactly(first, second);
        assertThat(batch.followed().get(0).follow()).isEqualTo(Follow.hearing("Pump", true));
    }

    private static ValueWrite followed(String value, boolean durable) {
        return new ValueWrite(
                key(1, "p"), value.getBytes(UTF_8), 0, "GOOD", 0, 0, Optional.of(Follow.hearing("Pump", durable)));
    }

    @Test
    void takesNoMoreValuesThanItMay() {
        assertThat(batch.add(update(direct(1, "a", ""), direct(1, "b", ""), direct(1, "c", ""))))
                .isTrue();
        assertThat(batch.add(update(direct(2, "a", ""), direct(2, "b", "")))).isFalse();
        assertThat(batch.add(update(direct(3, "a", "")))).isTrue();
        assertThat(batch.add(update(direct(4, "a", "")))).isFalse();
        assertThat(batch.writes()).hasSize(4);
        assertThat(batch.updates()).hasSize(2);
    }

    @Test
    void takesASingleUpdateOfAnySize() {
        ValueWrite[] many = new ValueWrite[9];
        for (int i = 0; i < many.length; i++) {
            many[i] = direct(1, "p" + i, "");
        }
        assertThat(batch.isEmpty()).isTrue();
        assertThat(batch.add(update(many))).isTrue();
        assertThat(batch.isEmpty()).isFalse();
        assertThat(batch.add(update(direct(2, "p", "")))).isFalse();
    }

    @Test
    void takesNoMoreBytesThanADatabaseLikes() {
        byte[] large = new byte[8 << 20];
        for (int i = 1; i <= 4; i++) {
            assertThat(batch.add(update(new ValueWrite(key(1, "p"), large, 0, "GOOD", 1, i))))
                    .isTrue();
        }
        assertThat(batch.add(update(direct(1, "small", "x")))).isFalse();
        assertThat(new Batch(4).add(update(new ValueWrite(key(1, "p"), new byte[33 << 20], 0, "GOOD", 1, 1))))
                .isTrue();
    }

    private List<String> values() {
        return batch.writes().stream()
                .map(write -> new String(write.value(), UTF_8))
                .toList();
    }

    private static Update update(ValueWrite... writes) {
        return new Update(List.of(writes), Long.MAX_VALUE, new CompletableFuture<>());
    }

    private static ValueWrite direct(long thing, String property, String value) {
        return new ValueWrite(key(thing, property), value.getBytes(UTF_8), 0, "GOOD", 0, 0);
    }

    private static ValueWrite stamped(String value, long epoch, long sequence) {
        return new ValueWrite(key(1, "p"), value.getBytes(UTF_8), 0, "GOOD", epoch, sequence);
    }

    private static PropertyKey key(long thing, String property) {
        return new PropertyKey(thing, property);
    }
}
