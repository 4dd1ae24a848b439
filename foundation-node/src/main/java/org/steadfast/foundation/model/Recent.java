package org.steadfast.foundation.model;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Weigher;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.store.StoreException;

/**
 * What the database lately said, asked again after a few seconds, so that a change that this node was not told of is seen then. While
 * the database is away, what it said last stands. Safe for use by several threads.
 */
public final class Recent<K, V> {
    private static final Logger log = LoggerFactory.getLogger(Recent.class);
    private static final Duration FRESH = Duration.ofSeconds(10);
    /** While the database is away, one request in this time finds out whether it still is; the others do not wait. */
    private static final Duration AWAY = Duration.ofSeconds(2);

    /** Filled by requests, emptied by {@link #forget}; Caffeine guards it. */
    private final Cache<K, Known<V>> known;

    private final LongSupplier nanoTime;
    /** Counts what was forgotten: what was asked before is not to be kept after. */
    private final AtomicLong changes = new AtomicLong();
    /** Until when the database is taken to be away, by {@link #nanoTime}; written by requests that found it so. */
    private final AtomicLong awayUntil;

    /** What was said, and until when it is not asked again. */
    private record Known<V>(V value, long freshUntil) {}

    /** Asks the database. */
    @FunctionalInterface
    public interface Question<V> {
        V ask() throws StoreException;
    }

    /**
     * @param most how much to keep, as the weigher counts it
     * @param nanoTime such as {@link System#nanoTime}
     */
    public Recent(long most, Weigher<K, V> weigher, LongSupplier nanoTime) {
        this.known = Caffeine.newBuilder()
                .maximumWeight(most)
                .weigher((K key, Known<V> of) -> weigher.weigh(key, of.value()))
                .build();
        this.nanoTime = nanoTime;
        this.awayUntil = new AtomicLong(nanoTime.getAsLong());
    }

    /** @param most how many to keep */
    public Recent(long most) {
        this(most, Weigher.singletonWeigher(), System::nanoTime);
    }

    /**
     * What the database says of a key, or said a few seconds ago.
     *
     * @throws StoreException if it cannot be asked, and nothing is known
     */
    public V get(K key, Question<V> question) throws StoreException {
        Known<V> kept = known.getIfPresent(key);
        if (kept != null && (stands(kept) || !renew(key, kept))) {
            return kept.value();
        }
        long before = changes.get();
        V found;
        try {
            found = question.ask();
        } catch (StoreException e) {
            // Forgotten meanwhile: then it is known to be wrong.
            if (kept == null || changes.get() != before) {
                throw e;
            }
            awayUntil.set(nanoTime.getAsLong() + AWAY.toNanos());
            log.debug("{} cannot be asked for now; what was known of it stands", key, e);
            return kept.value();
        }
        known.put(key, new Known<>(found, nanoTime.getAsLong() + FRESH.toNanos()));
        // Looked at after it was put, as forget counts before it empties: one of them removes it.
        if (changes.get() != before) {
            known.invalidate(key);
        }
        return found;
    }

    /** Leaves the question to one request: those that come meanwhile go on with what is known. */
    private boolean renew(K key, Known<V> kept) {
        return known.asMap().replace(key, kept, new Known<>(kept.value(), nanoTime.getAsLong() + AWAY.toNanos()));
    }

    private boolean stands(Known<V> kept) {
        long now = nanoTime.getAsLong();
        return now - kept.freshUntil() < 0 || now - awayUntil.get() < 0;
    }

    /** Like {@link #get}, without asking; empty where that would be needed. */
    public Optional<V> inMemory(K key) {
        return Optional.ofNullable(known.getIfPresent(key)).filter(this::stands).map(Known::value);
    }

    /** Has a key asked for anew. */
    public void forget(K key) {
        changes.incrementAndGet();
        known.invalidate(key);
    }

    /** Has all keys asked for anew. */
    public void forgetAll() {
        changes.incrementAndGet();
        known.invalidateAll();
    }
}
