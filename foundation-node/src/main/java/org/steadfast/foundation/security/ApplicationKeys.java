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
 * back. A key that was found is remembered for a few seconds. Safe for use by several threads.
 */
public final class ApplicationKeys {
    private static final Duration REMEMBERED = Duration.ofSeconds(10);
    private static final int MOST_REMEMBERED = 10_000;
    private static final int LONGEST_KEY = 512;

    private final ModelStore store;
    /** Filled by requests, by hash; guards itself. Wrong keys are not remembered: they would push out right ones. */
    private final Cache<String, Principal> known = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterWrite(REMEMBERED)
            .build();

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
        Principal principal = known.getIfPresent(text);
        if (principal != null) {
            return Optional.of(principal);
        }
        Optional<Principal> found =
                store.findApplicationKey(hash).map(entry -> new Principal(entry.user(), entry.readOnly()));
        found.ifPresent(present -> known.put(text, present));
        return found;
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
