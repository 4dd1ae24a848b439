package org.steadfast.foundation.sharedstate;

import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.expiry.ModifiedExpiryPolicy;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.cache.CacheEntryProcessor;
import org.apache.ignite.cache.query.QueryCursor;
import org.apache.ignite.cache.query.ScanQuery;

/**
 * What the nodes tell each other of the files that they copy, on two nodes each: how far each copy is, told by the node that does it, and
 * whether somebody wants it to end, told by any. Forgotten some time after the last word. Safe for use by several threads.
 */
public final class SharedTransfers {
    /** So long after its last word a copy may be asked for. */
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private static final byte GOES_ON = 0;
    private static final byte TO_END = 1;
    private static final byte TOO_LATE = 2;

    private final IgniteCache<String, byte[]> cache;
    private final StateGate gate;

    SharedTransfers(IgniteCache<String, byte[]> cache, StateGate gate) {
        this.cache = cache.withExpiryPolicy(new ModifiedExpiryPolicy(
                new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, REMEMBERED.toMillis())));
        this.gate = gate;
    }

    /**
     * Tells how far a copy is.
     *
     * @param told whatever readers make something of
     * @param isLastChance whether nobody may want its end any more after this, unless somebody does already
     * @return whether somebody wants it to end
     */
    public CompletableFuture<Boolean> tell(String id, byte[] told, boolean isLastChance) {
        return SharedState.completable(() -> cache.invokeAsync(id, new Tell(told, isLastChance)));
    }

    /** Forgets a copy. */
    public CompletableFuture<Boolean> forget(String id) {
        return SharedState.completable(() -> cache.removeAsync(id));
    }

    /**
     * Asks for the end of a copy.
     *
     * @return whether it comes; false where there is none of this name, or it is too late
     */
    public CompletableFuture<Boolean> cancel(String id) {
        return SharedState.completable(() -> cache.invokeAsync(id, new Cancel()));
    }

    /** What was told last of a copy; fails with a {@link StateUnavailableException} while this node cannot tell. */
    public CompletableFuture<Optional<byte[]>> find(String id) {
        return gate.read(
                () -> SharedState.completable(() -> cache.getAsync(id)),
                bytes -> Optional.ofNullable(bytes).map(SharedTransfers::told));
    }

    /** What was told last of all copies that are remembered, at most so many. Waits for the other nodes. */
    public List<byte[]> all(int most) {
        List<byte[]> all = new ArrayList<>();
        try (QueryCursor<Cache.Entry<String, byte[]>> entries = cache.query(new ScanQuery<>())) {
            for (Cache.Entry<String, byte[]> entry : entries) {
                if (all.size() == most) {
                    break;
                }
                all.add(told(entry.getValue()));
            }
        }
        return all;
    }

    private static byte[] told(byte[] entry) {
        return Arrays.copyOfRange(entry, 1, entry.length);
    }

    private static byte[] entry(byte end, byte[] told) {
        byte[] entry = new byte[told.length + 1];
        entry[0] = end;
        System.arraycopy(told, 0, entry, 1, told.length);
        return entry;
    }

    /** Keeps what is told, and whether somebody wants the end. */
    static final class Tell implements CacheEntryProcessor<String, byte[], Boolean> {
        @Serial
        private static final long serialVersionUID = 1L;

        private final byte[] told;
        private final boolean isLastChance;

        Tell(byte[] told, boolean isLastChance) {
            this.told = told;
            this.isLastChance = isLastChance;
        }

        @Override
        public Boolean process(MutableEntry<String, byte[]> entry, Object... arguments) {
            byte[] present = entry.getValue();
            byte end = present == null ? GOES_ON : present[0];
            if (end == GOES_ON && isLastChance) {
                end = TOO_LATE;
            }
            entry.setValue(entry(end, told));
            return end == TO_END;
        }
    }

    /** Keeps that somebody wants the end. */
    static final class Cancel implements CacheEntryProcessor<String, byte[], Boolean> {
        @Serial
        private static final long serialVersionUID = 1L;

        @Override
        public Boolean process(MutableEntry<String, byte[]> entry, Object... arguments) {
            byte[] present = entry.getValue();
            if (present == null || present[0] == TOO_LATE) {
                return false;
            }
            entry.setValue(entry(TO_END, told(present)));
            return true;
        }
    }
}
