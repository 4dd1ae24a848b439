package org.steadfast.foundation.sharedstate;

import java.io.Serial;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.cache.CacheEntryProcessor;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.WireReader;
import org.steadfast.protocol.wire.WireWriter;

/** Which connection server and session each bound thing is reached through. The binding with the greatest epoch holds. */
public final class Bindings {
    private final IgniteCache<String, byte[]> cache;

    Bindings(IgniteCache<String, byte[]> cache) {
        this.cache = cache;
    }

    /** A binding: its epoch, and where the thing is reached. */
    public record Bound(long epoch, String connectionServer, long session) {}

    /** Binds a thing, unless a later binding is there already. */
    public CompletableFuture<Void> bind(long thingId, Bound bound) {
        // The epoch stands where a value has its version, so the same rule decides which one stays.
        WireWriter out = new WireWriter(64);
        out.writeLong(bound.epoch()).writeString(bound.connectionServer()).writeLong(bound.session());
        return SharedState.completable(() -> cache.invokeAsync(key(thingId), new SetIfNewer(out.toByteArray())));
    }

    /** Ends a binding, unless a later one took its place. */
    public CompletableFuture<Void> unbind(long thingId, long epoch) {
        return SharedState.completable(() -> cache.invokeAsync(key(thingId), new Remove(epoch)));
    }

    /** The binding of a thing, where it is bound. */
    public CompletableFuture<Optional<Bound>> find(long thingId) {
        return SharedState.completable(() -> cache.getAsync(key(thingId)))
                .thenApply(bytes -> Optional.ofNullable(bytes).map(Bindings::decode));
    }

    private static String key(long thingId) {
        return Long.toString(thingId, Character.MAX_RADIX);
    }

    private static Bound decode(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        try {
            return new Bound(in.readLong("epoch"), in.readString("connection server"), in.readLong("session"));
        } catch (CodecException e) {
            throw new IllegalStateException("shared state holds bytes that this node did not write", e);
        }
    }

    /** Removes a binding of one epoch. */
    private static final class Remove implements CacheEntryProcessor<String, byte[], Void> {
        @Serial
        private static final long serialVersionUID = 1L;

        private final long epoch;

        Remove(long epoch) {
            this.epoch = epoch;
        }

        @Override
        public Void process(MutableEntry<String, byte[]> entry, Object... arguments) {
            byte[] present = entry.getValue();
            if (present != null && SharedValue.versionOf(present) == epoch) {
                entry.remove();
            }
            return null;
        }
    }
}
