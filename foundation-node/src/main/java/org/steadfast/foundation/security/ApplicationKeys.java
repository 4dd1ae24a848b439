package org.steadfast.foundation.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.store.ApplicationKeyStore;
import org.steadfast.persistence.store.StoreException;

/**
 * Application keys and what they stand for. Only hashes are kept: keys are long and random, so a plain hash cannot be turned
 * back. A key that was found is looked up again every few seconds; while the database is away, what was found last stands for a
 * while. Safe for use by several threads.
 */
public final class ApplicationKeys {
    private static final long FRESH_NANOS = Duration.ofSeconds(10).toNanos();
    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    private static final int MOST_REMEMBERED = 10_000;
    /** Characters; a longer one is none. */
    public static final int LONGEST_KEY = 512;

    private static final Logger log = LoggerFactory.getLogger(ApplicationKeys.class);
    private static final int MOST_REFRESHES_WAITING = 1_000;

    private final ApplicationKeyStore store;
    private final Holders holders;
    /** One thread, so that a database that does not answer is asked by one only; what does not fit in is asked later. */
    private final Executor refreshes = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_REFRESHES_WAITING),
            task -> {
                Thread thread = new Thread(task, "application-keys");
                thread.setDaemon(true);
                return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());
    /** Filled by requests, by hash; guards itself. Wrong keys are not remembered: they would push out right ones. */
    private final Cache<String, Known> known = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterAccess(REMEMBERED)
            .build();

    /** Counts what was forgotten: what was looked up before is not to be kept after. */
    private final AtomicLong changes = new AtomicLong();

    /** What a key stood for when it was looked up, and when that was, by {@link System#nanoTime()}. */
    private record Known(String name, Principal principal, long since) {}

    /** Says whether a key that there is may be used. */
    @FunctionalInterface
    interface Holders {
        /**
         * Who comes in with a key; empty where it is worth nothing.
         *
         * @param name of the key
         * @param stored what is stored with its hash
         * @param address empty where it is not known
         */
        Optional<Principal> admit(String name, Principal stored, String address) throws StoreException;
    }

    /** Keys that are worth what is stored with them. */
    public ApplicationKeys(ApplicationKeyStore store) {
        this(store, (name, stored, address) -> Optional.of(stored));
    }

    ApplicationKeys(ApplicationKeyStore store, Holders holders) {
        this.store = store;
        this.holders = holders;
    }

    /** Who a key stands for, at an address that is not known; empty where nobody has it. */
    public Optional<Principal> find(String key) throws StoreException {
        return find(key, "");
    }

    /**
     * Who a key stands for; empty where nobody has it, or it may not be used, at all or from there.
     *
     * @param address where the request comes from; empty where that is not known
     */
    public Optional<Principal> find(String key, String address) throws StoreException {
        if (key.isEmpty() || key.length() > LONGEST_KEY) {
            return Optional.empty();
        }
        return findByHash(hash(key), address);
    }

    /** Whether a key was found lately, so that it can be told without the database whose it is. */
    boolean isRemembered(String key) {
        return key.length() <= LONGEST_KEY && known.getIfPresent(hashText(key)) != null;
    }

    /** What stands for a key without being one. */
    static String hashText(String key) {
        return HexFormat.of().formatHex(hash(key));
    }

    /** Like {@link #find(String, String)}, by the hash of the key. */
    Optional<Principal> findByHash(byte[] hash, String address) throws StoreException {
        String text = HexFormat.of().formatHex(hash);
        Known before = known.getIfPresent(text);
        if (before == null) {
            Optional<Known> found = lookUp(hash, text);
            return found.isEmpty()
                    ? Optional.empty()
                    : holders.admit(found.get().name(), found.get().principal(), address);
        }
        if (System.nanoTime() - before.since() >= FRESH_NANOS) {
            // Once in a while one request has it asked again; none of them waits for that. What was forgotten meanwhile
            // stays so.
            Known renewed = new Known(before.name(), before.principal(), System.nanoTime());
            if (known.asMap().replace(text, before, renewed)) {
                refreshes.execute(() -> refresh(hash, text));
            }
        }
        return holders.admit(before.name(), before.principal(), address);
    }

    private Optional<Known> lookUp(byte[] hash, String text) throws StoreException {
        long before = changes.get();
        Optional<Known> found = store.find(hash)
                .map(entry ->
                        new Known(entry.name(), new Principal(entry.user(), entry.readOnly()), System.nanoTime()));
        found.ifPresentOrElse(present -> known.put(text, present), () -> known.invalidate(text));
        // Looked at after it was put, as forget counts before it empties: one of them removes it.
        if (changes.get() != before) {
            known.invalidate(text);
        }
        return found;
    }

    /** Forgets all keys that this node knows, because one of them was changed. */
    void forget() {
        changes.incrementAndGet();
        known.invalidateAll();
    }

    private void refresh(byte[] hash, String text) {
        try {
            var unused = lookUp(hash, text);
        } catch (StoreException e) {
            log.debug("An application key cannot be looked up now; what is known of it stands", e);
        }
    }

    /** The name under which a key is kept; empty where it is not. */
    public Optional<String> nameOf(String key) throws StoreException {
        return store.find(hash(key)).map(ApplicationKeyStore.ApplicationKey::name);
    }

    /** Keeps a key under a name, in place of the one before it. */
    public void put(String name, String key, Principal principal) throws StoreException {
        store.put(new ApplicationKeyStore.ApplicationKey(name, principal.user(), principal.readOnly()), hash(key));
    }

    private static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
