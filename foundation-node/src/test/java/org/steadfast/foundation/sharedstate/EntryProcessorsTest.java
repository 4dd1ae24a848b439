package org.steadfast.foundation.sharedstate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.cache.CacheEntryProcessor;
import org.junit.jupiter.api.Test;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.ValueCodec;

/** What runs on entries of shared state, without the engine. */
class EntryProcessorsTest {
    private final Entry entry = new Entry();

    @Test
    void setsWhatIsNewerAlone() {
        run(new SetIfNewer(value(5)));
        assertThat(entry.value).isEqualTo(value(5));

        run(new SetIfNewer(value(4)));
        assertThat(entry.value).isEqualTo(value(5));

        byte[] sameVersion = SharedValue.encode(stored(5, "other"));
        run(new SetIfNewer(sameVersion));
        assertThat(entry.value).isEqualTo(value(5));

        run(new SetIfNewer(value(6)));
        assertThat(entry.value).isEqualTo(value(6));
    }

    @Test
    void forgetsUpToAVersionAndLetsNoneOfThoseComeBack() {
        run(new SetIfNewer(value(5)));

        run(new Forget(6));
        assertThat(SharedValue.decode(entry.value)).isEmpty();
        run(new SetIfNewer(value(5)));
        run(new SetIfNewer(value(6)));
        assertThat(SharedValue.decode(entry.value)).isEmpty();

        run(new SetIfNewer(value(7)));
        assertThat(entry.value).isEqualTo(value(7));
        run(new Forget(6));
        assertThat(entry.value).isEqualTo(value(7));
    }

    @Test
    void forgetsAValueThatIsStillOnItsWay() {
        run(new Forget(5));
        run(new SetIfNewer(value(5)));

        assertThat(SharedValue.decode(entry.value)).isEmpty();
    }

    @Test
    void anInMemoryWriteThatRunsAgainBringsNoOlderValueBack() {
        run(new SetInMemory(1, 1, inMemory("first", 0, 0)));
        run(new SetInMemory(2, 1, inMemory("second", 0, 0)));
        run(new SetInMemory(1, 1, inMemory("first", 0, 0)));
        assertThat(inMemoryText()).isEqualTo("second");

        run(new SetInMemory(1, 2, inMemory("third", 0, 0)));
        assertThat(inMemoryText()).isEqualTo("third");
        assertThat(InMemoryEntry.decode(entry.value).version()).isEqualTo(3);
    }

    @Test
    void anInMemoryUpdateOfADeviceTakesEffectInItsOrder() {
        run(new SetInMemory(1, 1, inMemory("5", 7, 5)));
        run(new SetInMemory(2, 1, inMemory("4", 7, 4)));
        run(new SetInMemory(2, 2, inMemory("5 again", 7, 5)));
        assertThat(inMemoryText()).isEqualTo("5");

        run(new SetInMemory(2, 3, inMemory("a user's", 0, 0)));
        assertThat(inMemoryText()).isEqualTo("a user's");
        run(new SetInMemory(1, 2, inMemory("5 once more", 7, 5)));
        assertThat(inMemoryText()).isEqualTo("a user's");
        run(new SetInMemory(1, 3, inMemory("new session", 8, 1)));
        assertThat(inMemoryText()).isEqualTo("new session");
    }

    @Test
    void remembersTheLastWritersOfAnInMemoryValueAndNoMore() {
        for (int i = 1; i <= 100; i++) {
            run(new SetInMemory(i, 1, inMemory("value " + i, 0, 0)));
        }
        assertThat(InMemoryEntry.decode(entry.value).writers()).hasSize(16);
        run(new SetInMemory(95, 1, inMemory("again", 0, 0)));
        assertThat(inMemoryText()).isEqualTo("value 100");
    }

    private String inMemoryText() {
        return ((Value.Text) InMemoryEntry.value(entry.value).orElseThrow().value()).text();
    }

    private static ValueWrite inMemory(String text, long epoch, long sequence) {
        return new ValueWrite(
                new PropertyKey(1, "p"), ValueCodec.toBytes(Value.string(text)), 3, "GOOD", epoch, sequence);
    }

    @Test
    void endsWithTheSameWhateverTheOrder() {
        List<CacheEntryProcessor<String, byte[], ?>> processors = new ArrayList<>();
        for (long version = 1; version <= 6; version++) {
            processors.add(new SetIfNewer(value(version)));
            processors.add(new SetIfNewer(value(version)));
        }
        processors.add(new Forget(4));
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            Collections.shuffle(processors, random);
            entry.value = null;
            processors.forEach(this::run);
            assertThat(entry.value).isEqualTo(value(6));
        }
    }

    private void run(CacheEntryProcessor<String, byte[], ?> processor) {
        processor.process(entry);
    }

    private static byte[] value(long version) {
        return SharedValue.encode(stored(version, "GOOD"));
    }

    private static StoredValue stored(long version, String quality) {
        return new StoredValue(new PropertyKey(1, "p"), new byte[] {-1}, 0, quality, version);
    }

    private static final class Entry implements MutableEntry<String, byte[]> {
        private byte[] value;

        @Override
        public boolean exists() {
            return value != null;
        }

        @Override
        public void remove() {
            value = null;
        }

        @Override
        public void setValue(byte[] newValue) {
            value = newValue.clone();
        }

        @Override
        public String getKey() {
            return "1/p";
        }

        @Override
        public byte[] getValue() {
            return value;
        }

        @Override
        public <T> T unwrap(Class<T> type) {
            throw new UnsupportedOperationException();
        }
    }
}
