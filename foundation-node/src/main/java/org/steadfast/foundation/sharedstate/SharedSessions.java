package org.steadfast.foundation.sharedstate;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.cache.expiry.ModifiedExpiryPolicy;
import org.apache.ignite.IgniteCache;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.WireReader;
import org.steadfast.protocol.wire.WireWriter;

/** Sessions of users, on two nodes each, so that they outlive one. Safe for use by several threads. */
public final class SharedSessions {
    private final IgniteCache<String, byte[]> cache;
    private final StateGate gate;

    SharedSessions(IgniteCache<String, byte[]> cache, StateGate gate) {
        this.cache = cache;
        this.gate = gate;
    }

    /**
     * A session.
     *
     * @param token hash of what the client has, in hexadecimal
     * @param readOnly whether it may change nothing
     * @param key hash of the application key that it came from, in hexadecimal; empty where it came from a password
     * @param passwordStamp stands for the user's password at its beginning
     * @param lastUsed epoch milliseconds, roughly
     */
    public record Session(
            String token, String user, boolean readOnly, String key, String passwordStamp, long lastUsed) {
        public Session {
            Objects.requireNonNull(token, "token is null");
            Objects.requireNonNull(user, "user is null");
            Objects.requireNonNull(key, "key is null");
            Objects.requireNonNull(passwordStamp, "passwordStamp is null");
        }

        byte[] encode() {
            WireWriter out = new WireWriter(128);
            out.writeString(token)
                    .writeString(user)
                    .writeByte(readOnly ? 1 : 0)
                    .writeString(key)
                    .writeString(passwordStamp)
                    .writeLong(lastUsed);
            return out.toByteArray();
        }

        private static Session decode(byte[] bytes) {
            WireReader in = new WireReader(bytes);
            try {
                return new Session(
                        in.readString("token"),
                        in.readString("user"),
                        in.readUnsignedByte("read-only") != 0,
                        in.readString("key"),
                        in.readString("password stamp"),
                        in.readLong("last used"));
            } catch (CodecException e) {
                throw new IllegalStateException("shared state holds bytes that this node did not write", e);
            }
        }
    }

    /**
     * Keeps a session where there is none.
     *
     * @param id what it is found by; not what the client has
     * @param idle how long it is kept unless it is replaced
     * @return whether there was none
     */
    public CompletableFuture<Boolean> add(String id, Session session, Duration idle) {
        return SharedState.completable(() -> expiring(idle).putIfAbsentAsync(id, session.encode()));
    }

    /**
     * Keeps a session in place of another one; see {@link #add}.
     *
     * @return whether that one was still there: what has ended does not come back
     */
    public CompletableFuture<Boolean> replace(String id, Session before, Session now, Duration idle) {
        return SharedState.completable(() -> expiring(idle).replaceAsync(id, before.encode(), now.encode()));
    }

    private IgniteCache<String, byte[]> expiring(Duration idle) {
        return cache.withExpiryPolicy(
                new ModifiedExpiryPolicy(new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, idle.toMillis())));
    }

    /** Those of some sessions that are there, by id; see {@link #find}. */
    public CompletableFuture<Map<String, Session>> findAll(Set<String> ids) {
        return gate.read(
                () -> SharedState.completable(() -> cache.getAllAsync(ids)),
                found -> found.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> Session.decode(entry.getValue()))));
    }

    /** A session; fails with a {@link StateUnavailableException} while this node cannot tell. */
    public CompletableFuture<Optional<Session>> find(String id) {
        return gate.read(
                () -> SharedState.completable(() -> cache.getAsync(id)),
                bytes -> Optional.ofNullable(bytes).map(Session::decode));
    }

    /** Ends a session, unless another one has its place. */
    public CompletableFuture<Boolean> remove(String id, Session session) {
        return SharedState.completable(() -> cache.removeAsync(id, session.encode()));
    }
}
