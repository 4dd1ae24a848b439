package org.steadfast.foundation.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.steadfast.persistence.store.ModelStore;
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

    private final ModelStore store;
    /** Filled by requests, by hash; guards itself. Wrong keys are not remembered: they would push out right ones. */
    private final Cache<String, Known> known = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterAccess(REMEMBERED)
            .build();

    /** What a key stood for when it was looked up, and when that was, by {@link System#nanoTime()}. */
    private record Known(Principal principal, long since) {}

    public ApplicationKeys(ModelStore store) {
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
        if (before != null && System.nanoTime() - before.since() < FRESH_NANOS) {
            return Optional.of(before.principal());
        }
        return lookUp(hash, text, before);
    }

    private Optional<Principal> lookUp(byte[] hash, String text, Known before) throws StoreException {
        if (before != null) {
            // One request at a time asks again; the others go on with what is known.
            known.put(text, new Known(before.principal(), System.nanoTime()));
        }
        try {
            Optional<Principal> found =
                    store.findApplicationKey(hash).map(entry -> new Principal(entry.user(), entry.readOnly()));
            found.ifPresentOrElse(
                    present -> known.put(text, new Known(present, System.nanoTime())), () -> known.invalidate(text));
            return found;
        } catch (StoreException e) {
            if (before != null && e.kind() == StoreException.Kind.UNAVAILABLE) {
                return Optional.of(before.principal());
            }
            throw e;
        }
    }

    /** Keeps a key under a name, in place of the one before it. */
    public void put(String name, String key, Principal principal) throws StoreException {
        store.putApplicationKey(new ModelStore.ApplicationKey(name, principal.user(), principal.readOnly()), hash(key));
    }

    private static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
