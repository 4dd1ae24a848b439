package org.steadfast.foundation.sharedstate;

import java.io.Serial;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.cache.CacheEntryProcessor;
import org.steadfast.persistence.store.ValueWrite;

/**
 * Writes a value that no database orders: the order is that of arrival at the entry's first copy. Ignite runs it again on the other
 * copy if the first is lost on the way; the writer's number shows that it was there before, so that an older value does not come
 * back after a newer one.
 */
final class SetInMemory implements CacheEntryProcessor<String, byte[], byte[]> {
    @Serial
    private static final long serialVersionUID = 1L;

    private final long incarnation;
    private final long number;
    private final long epoch;
    private final long sequence;
    private final byte[] payload;
    private final boolean followed;

    /** @param number grows with each write of this life of the node */
    SetInMemory(long incarnation, long number, ValueWrite write) {
        this.incarnation = incarnation;
        this.number = number;
        this.epoch = write.epoch();
        this.sequence = write.sequence();
        this.payload = InMemoryEntry.payload(write);
        this.followed = write.follow().isPresent();
    }

    /** @return the entry that was replaced, where somebody follows the property; null where nothing changed, too */
    @Override
    public byte[] process(MutableEntry<String, byte[]> entry, Object... arguments) {
        InMemoryEntry present = InMemoryEntry.decode(entry.getValue());
        InMemoryEntry after = present.after(new InMemoryEntry.Writer(incarnation, number), epoch, sequence, payload);
        if (after.version() == present.version()) {
            return null;
        }
        entry.setValue(after.encode());
        return followed ? present.encode() : null;
    }
}
