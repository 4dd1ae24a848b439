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
    private static final int LONGEST_KEY = 512;

    private static final Logger log = LoggerFactory.getLogger(ApplicationKeys.class);
    private static final int MOST_REFRESHES_WAITING = 1_000;

    private final ApplicationKeyStore store;
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

    /** What a key stood for when it was looked up, and when that was, by {@link System#nanoTime()}. */
    private record Known(Principal principal, long since) {}

    public ApplicationKeys(ApplicationKeyStore store) {
        this.store = store;
    }

    /** Who a key stands for; empty where nobody has it. */
    public Optional<Principal> find(String key) throws StoreException {
        if (key.isEmpty() || key.length() > LONGEST_KEY) {
            return Optional.empty();
        }
        byte[] hash = hash(key);
        String text = HexFormat.of().formatHex(hash);
        Known before = known.getIfPresent(text);
        if (before == null) {
            return lookUp(hash, text);
        }
        if (System.nanoTime() - before.since() >= FRESH_NANOS) {
            // Once in a while one request has it asked again; none of them waits for that.
            known.put(text, new Known(before.principal(), System.nanoTime()));
            refreshes.execute(() -> refresh(hash, text));
        }
        return Optional.of(before.principal());
    }

    private Optional<Principal> lookUp(byte[] hash, String text) throws StoreException {
        Optional<Principal> found = store.find(hash).map(entry -> new Principal(entry.user(), entry.readOnly()));
        found.ifPresentOrElse(
                present -> known.put(text, new Known(present, System.nanoTime())), () -> known.invalidate(text));
        return found;
    }

    private void refresh(byte[] hash, String text) {
        try {
            var unused = lookUp(hash, text);
        } catch (StoreException e) {
            log.debug("An application key cannot be looked up now; what is known of it stands", e);
        }
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
