package org.steadfast.foundation.sharedstate;

import java.io.Serial;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.cache.CacheEntryProcessor;
import org.apache.ignite.cache.CachePeekMode;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.WireReader;
import org.steadfast.protocol.wire.WireWriter;

/**
 * Which connection server and session each thing is reached through. The binding with the greatest epoch holds, also when it has
 * ended: one that was on its way meanwhile does not come back. Safe for use by several threads.
 */
public final class Bindings {
    /** No binding that is made has one so great. */
    private static final long LAST_EPOCH = Long.MAX_VALUE;

    private final IgniteCache<String, byte[]> cache;
    private final StateGate gate;

    Bindings(IgniteCache<String, byte[]> cache, StateGate gate) {
        this.cache = cache;
        this.gate = gate;
    }

    /**
     * A binding, present or last.
     *
     * @param epoch grows with each binding of any thing
     * @param thing name of the thing; empty where the end of a binding came before it
     * @param name what the device calls the thing: its name, or its identifier after {@code *}
     * @param connectionServer what the connection server was called in that life of it
     * @param session of the device, at the connection server
     * @param since when the thing was bound, epoch milliseconds
     * @param bound whether it still is
     */
    public record Binding(
            long epoch, String thing, String name, String connectionServer, long session, long since, boolean bound) {
        /** Whether no other comes after it: the thing is being removed. */
        public boolean isLast() {
            return epoch == LAST_EPOCH;
        }

        private Binding ended() {
            return new Binding(epoch, thing, name, connectionServer, session, since, false);
        }

        byte[] encode() {
            // The epoch stands where a value has its version, so the same rule decides which one stays.
            WireWriter out = new WireWriter(64);
            out.writeLong(epoch)
                    .writeString(thing)
                    .writeString(name)
                    .writeString(connectionServer)
                    .writeLong(session)
                    .writeLong(since);
            return out.writeByte(bound ? 1 : 0).toByteArray();
        }

        private static Binding decode(byte[] bytes) {
            WireReader in = new WireReader(bytes);
            try {
                return new Binding(
                        in.readLong("epoch"),
                        in.readString("thing"),
                        in.readString("name"),
                        in.readString("connection server"),
                        in.readLong("session"),
                        in.readLong("since"),
                        in.readUnsignedByte("bound") != 0);
            } catch (CodecException e) {
                throw new IllegalStateException("shared state holds bytes that this node did not write", e);
            }
        }
    }

    /**
     * Binds a thing, unless a later binding is there already.
     *
     * @return the binding whose place it took, where there was one; the present one where that {@link Binding#isLast}
     */
    public CompletableFuture<Optional<Binding>> bind(long thingId, Binding binding) {
        return SharedState.completable(() -> cache.invokeAsync(key(thingId), new Bind(binding.encode())))
                .thenApply(replaced -> Optional.ofNullable(replaced).map(Binding::decode));
    }

    /** Ends a binding, unless a later one took its place. */
    public CompletableFuture<Void> unbind(long thingId, long epoch) {
        return SharedState.completable(() -> cache.invokeAsync(key(thingId), new Unbind(epoch)));
    }

    /**
     * The binding of a thing, present or last; empty where it was never bound since the cluster was started. Fails with a
     * {@link StateUnavailableException} while this node cannot tell.
     */
    public CompletableFuture<Optional<Binding>> find(long thingId) {
        return gate.read(
                () -> SharedState.completable(() -> cache.getAsync(key(thingId))),
                bytes -> Optional.ofNullable(bytes).map(Binding::decode));
    }

    /** Like {@link #find}, of several things in one go, by their numbers; of how many is for the caller to bound. */
    public CompletableFuture<Map<Long, Binding>> find(Collection<Long> thingIds) {
        TreeSet<String> keys = thingIds.stream().map(Bindings::key).collect(Collectors.toCollection(TreeSet::new));
        return gate.read(() -> SharedState.completable(() -> cache.getAllAsync(keys)), found -> {
            Map<Long, Binding> bindings = new HashMap<>();
            found.forEach(
                    (key, bytes) -> bindings.put(Long.parseLong(key, Character.MAX_RADIX), Binding.decode(bytes)));
            return bindings;
        });
    }

    /**
     * The bindings, of things that are bound, whose first copy this node has: of each thing one node has it, while none comes or goes.
     * Looks at memory alone.
     */
    public List<Binding> heldHere() {
        List<Binding> held = new ArrayList<>();
        cache.localEntries(CachePeekMode.PRIMARY).forEach(entry -> {
            Binding binding = Binding.decode(entry.getValue());
            if (binding.bound()) {
                held.add(binding);
            }
        });
        return held;
    }

    /**
     * Keeps a thing from being bound ever again, unless it was bound meanwhile: it is about to be removed.
     *
     * @param epoch of the binding that it has, or had last; 0 where there is none
     * @return whether it is so
     */
    public CompletableFuture<Boolean> retire(long thingId, long epoch) {
        return SharedState.completable(() -> cache.invokeAsync(key(thingId), new Retire(epoch)));
    }

    /** Whether {@link #retire} was done and not taken back. Fails as {@link #find(long)} does. */
    public CompletableFuture<Boolean> isRetired(long thingId) {
        return find(thingId).thenApply(found -> found.filter(Binding::isLast).isPresent());
    }

    /** Takes {@link #retire} back: the thing stays after all. */
    public CompletableFuture<Void> restore(long thingId) {
        return SharedState.completable(() -> cache.invokeAsync(key(thingId), new Restore()));
    }

    /** Forgets the binding of a thing that was deleted. */
    CompletableFuture<Boolean> forget(long thingId) {
        return SharedState.completable(() -> cache.removeAsync(key(thingId)));
    }

    private static String key(long thingId) {
        return Long.toString(thingId, Character.MAX_RADIX);
    }

    /** Puts a binding in the place of one with a smaller epoch, and returns that. */
    static final class Bind implements CacheEntryProcessor<String, byte[], byte[]> {
        @Serial
        private static final long serialVersionUID = 1L;

        private final byte[] candidate;

        Bind(byte[] candidate) {
            this.candidate = candidate;
        }

        @Override
        public byte[] process(MutableEntry<String, byte[]> entry, Object... arguments) {
            byte[] present = entry.getValue();
            if (present != null && SharedValue.versionOf(present) == LAST_EPOCH) {
                return present;
            }
            if (present != null && SharedValue.versionOf(present) >= SharedValue.versionOf(candidate)) {
                return null;
            }
            entry.setValue(candidate);
            return present;
        }
    }

    /** Puts the last binding in the place of one of an epoch. */
    static final class Retire implements CacheEntryProcessor<String, byte[], Boolean> {
        @Serial
        private static final long serialVersionUID = 1L;

        private final long epoch;

        Retire(long epoch) {
            this.epoch = epoch;
        }

        @Override
        public Boolean process(MutableEntry<String, byte[]> entry, Object... arguments) {
            byte[] present = entry.getValue();
            long found = present == null ? 0 : SharedValue.versionOf(present);
            if (found == epoch && found != LAST_EPOCH) {
                // Which one it was is kept in the place of the time.
                entry.setValue(new Binding(LAST_EPOCH, "", "", "", 0, epoch, false).encode());
            }
            return found == epoch || found == LAST_EPOCH;
        }
    }

    /** Puts the binding back in whose place the last one was put. */
    static final class Restore implements CacheEntryProcessor<String, byte[], Void> {
        @Serial
        private static final long serialVersionUID = 1L;

        @Override
        public Void process(MutableEntry<String, byte[]> entry, Object... arguments) {
            byte[] present = entry.getValue();
            if (present != null && SharedValue.versionOf(present) == LAST_EPOCH) {
                long epoch = Binding.decode(present).since();
                entry.setValue(new Binding(epoch, "", "", "", 0, 0, false).encode());
            }
            return null;
        }
    }

    /** Ends a binding of one epoch, also where it has not arrived yet. */
    static final class Unbind implements CacheEntryProcessor<String, byte[], Void> {
        @Serial
        private static final long serialVersionUID = 1L;

        private final long epoch;

        Unbind(long epoch) {
            this.epoch = epoch;
        }

        @Override
        public Void process(MutableEntry<String, byte[]> entry, Object... arguments) {
            byte[] present = entry.getValue();
            if (present != null && SharedValue.versionOf(present) == epoch) {
                Binding binding = Binding.decode(present);
                entry.setValue(binding.ended().encode());
            } else if (present == null || SharedValue.versionOf(present) < epoch) {
                long since = present == null ? 0 : Binding.decode(present).since();
                entry.setValue(new Binding(epoch, "", "", "", 0, since, false).encode());
            }
            return null;
        }
    }
}
