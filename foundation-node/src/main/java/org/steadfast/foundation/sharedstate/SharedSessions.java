package org.steadfast.foundation.sharedstate;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.cache.expiry.Duration;
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
     * @param readOnly whether it may change nothing
     * @param key hash of the application key that it came from, in hexadecimal; empty where it came from a password
     * @param passwordStamp stands for the user's password at its beginning
     * @param lastUsed epoch milliseconds, roughly
     */
    public record Session(String user, boolean readOnly, String key, String passwordStamp, long lastUsed) {
        public Session {
            Objects.requireNonNull(user, "user is null");
            Objects.requireNonNull(key, "key is null");
            Objects.requireNonNull(passwordStamp, "passwordStamp is null");
        }

        private byte[] encode() {
            WireWriter out = new WireWriter(128);
            out.writeString(user)
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
     * Keeps a session, in place of an earlier one.
     *
     * @param id what it is found by; not what the client has
     * @param idle how long it is kept unless it is put again
     */
    public CompletableFuture<Void> put(String id, Session session, java.time.Duration idle) {
        IgniteCache<String, byte[]> expiring =
                cache.withExpiryPolicy(new ModifiedExpiryPolicy(new Duration(TimeUnit.MILLISECONDS, idle.toMillis())));
        return SharedState.completable(() -> expiring.putAsync(id, session.encode()));
    }

    /** A session; fails with a {@link StateUnavailableException} while this node cannot tell. */
    public CompletableFuture<Optional<Session>> find(String id) {
        return gate.read(
                () -> SharedState.completable(() -> cache.getAsync(id)),
                bytes -> Optional.ofNullable(bytes).map(Session::decode));
    }

    /** Ends a session. */
    public CompletableFuture<Boolean> remove(String id) {
        return SharedState.completable(() -> cache.removeAsync(id));
    }
}
