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
 * whether somebody wants it to end, told by any. Forgotten some time after the end. Safe for use by several threads.
 */
public final class SharedTransfers {
    /** So long after its end a copy may be asked for. */
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private static final byte GOES_ON = 0;
    private static final byte TO_END = 1;
    private static final byte TOO_LATE = 2;
    private static final byte ENDED = 3;

    private final IgniteCache<String, byte[]> cache;
    /** The same; what is written by it goes after a time. */
    private final IgniteCache<String, byte[]> expiring;

    private final StateGate gate;

    SharedTransfers(IgniteCache<String, byte[]> cache, StateGate gate) {
        this.cache = cache;
        this.expiring = cache.withExpiryPolicy(new ModifiedExpiryPolicy(
                new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, REMEMBERED.toMillis())));
        this.gate = gate;
    }

    /** What is told of a copy. */
    public enum Word {
        /** It goes on; somebody may want its end. */
        GOES_ON(SharedTransfers.GOES_ON),
        /** Nobody may want its end any more after this, unless somebody does already. */
        LAST_CHANCE(TOO_LATE),
        /** It has ended. */
        END(ENDED);

        private final byte mark;

        Word(byte mark) {
            this.mark = mark;
        }
    }

    /**
     * What was told last of a copy.
     *
     * @param told as its node told it
     * @param isBeingKept whether it was about to be put to its place
     */
    public record Told(byte[] told, boolean isBeingKept) {
        private static Told of(byte[] entry) {
            return new Told(SharedTransfers.told(entry), entry[0] == TOO_LATE);
        }
    }

    /**
     * Tells how far a copy is.
     *
     * @param told whatever readers make something of
     * @return whether somebody wants it to end
     */
    public CompletableFuture<Boolean> tell(String id, byte[] told, Word word) {
        IgniteCache<String, byte[]> by = word == Word.END ? expiring : cache;
        return SharedState.completable(() -> by.invokeAsync(id, new Tell(told, word.mark)));
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
    public CompletableFuture<Optional<Told>> find(String id) {
        return gate.read(
                () -> SharedState.completable(() -> cache.getAsync(id)),
                bytes -> Optional.ofNullable(bytes).map(Told::of));
    }

    /** What was told last of all copies that are remembered, at most so many. Waits for the other nodes. */
    public List<Told> all(int most) {
        List<Told> all = new ArrayList<>();
        try (QueryCursor<Cache.Entry<String, byte[]>> entries = cache.query(new ScanQuery<>())) {
            for (Cache.Entry<String, byte[]> entry : entries) {
                if (all.size() == most) {
                    break;
                }
                all.add(Told.of(entry.getValue()));
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
        private final byte mark;

        Tell(byte[] told, byte mark) {
            this.told = told;
            this.mark = mark;
        }

        @Override
        public Boolean process(MutableEntry<String, byte[]> entry, Object... arguments) {
            byte[] present = entry.getValue();
            byte before = present == null ? GOES_ON : present[0];
            // What is further than what is told stays so.
            boolean isToEnd = before == TO_END && mark != ENDED;
            entry.setValue(entry(isToEnd ? TO_END : (byte) Math.max(before, mark), told));
            return isToEnd;
        }
    }

    /** Keeps that somebody wants the end. */
    static final class Cancel implements CacheEntryProcessor<String, byte[], Boolean> {
        @Serial
        private static final long serialVersionUID = 1L;

        @Override
        public Boolean process(MutableEntry<String, byte[]> entry, Object... arguments) {
            byte[] present = entry.getValue();
            if (present == null || present[0] == TOO_LATE || present[0] == ENDED) {
                return false;
            }
            entry.setValue(entry(TO_END, told(present)));
            return true;
        }
    }
}
