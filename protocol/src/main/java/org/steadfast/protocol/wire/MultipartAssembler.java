package org.steadfast.protocol.wire;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts the chunks that arrive on one connection together to whole messages. Bounded: the bytes of all unfinished messages
 * together, and the time that one may stay unfinished. Owned by one connection; not safe for use by several threads at once.
 */
public final class MultipartAssembler {
    /** Unfinished messages are given up after this long, as devices do on their side. */
    public static final long EXPIRY_NANOS = 50_000_000_000L;

    /** What a chunk takes in memory beside its bytes, so that many small ones cannot exceed the limit either. */
    private static final int CHUNK_OVERHEAD = 128;

    private final int maxBytes;
    /** In the order in which they began. */
    private final Map<Key, Unfinished> unfinished = new LinkedHashMap<>();

    private long heldBytes;

    /** @param maxBytes limit for the bytes of all unfinished messages together; each chunk counts for some bytes more */
    public MultipartAssembler(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    private record Key(boolean response, int requestId) {}

    private static final class Unfinished {
        final Header header;
        final int count;
        /** What each chunk but the last is long, as the first one says. */
        final int chunkSize;

        final long since;
        final byte[] prefix;
        final TreeMap<Integer, byte[]> slices = new TreeMap<>();
        int bytes;
        long heldBytes;

        long expectedBytes() {
            return Math.max(heldBytes, (long) count * (chunkSize + CHUNK_OVERHEAD));
        }

        Unfinished(Header header, int count, int chunkSize, byte[] prefix, long since) {
            this.header = header;
            this.count = count;
            this.chunkSize = chunkSize;
            this.prefix = prefix;
            this.since = since;
        }
    }

    /**
     * Takes a chunk in.
     *
     * @param chunk a message whose header says multipart
     * @param nowNanos the present, by the clock of {@link System#nanoTime()}
     * @return the whole message, not multipart, once its last chunk is there
     * @throws CodecException if the chunk contradicts itself or its siblings, or the limit is exceeded; what was collected of
     *     its message is dropped
     */
    public Optional<byte[]> add(byte[] chunk, long nowNanos) throws CodecException {
        expire(nowNanos);
        WireReader in = new WireReader(chunk);
        Header header = Header.read(in);
        Key key = new Key(header.isResponse(), header.requestId());
        try {
            return add(chunk, in, header, key, nowNanos);
        } catch (CodecException e) {
            drop(key);
            throw e;
        }
    }

    private Optional<byte[]> add(byte[] chunk, WireReader in, Header header, Key key, long nowNanos)
            throws CodecException {
        int id = in.readUnsignedShort("chunk id");
        int count = in.readUnsignedShort("chunk count");
        int size = in.readUnsignedShort("chunk size");
        if (!header.multipart() || id < 1 || id > count) {
            throw new CodecException("chunk " + id + " of " + count + " of request " + header.requestId());
        }
        byte[] prefix = header.isResponse() ? new byte[0] : readEntityPrefix(in, chunk);
        Unfinished message = unfinished.get(key);
        if (message == null) {
            message = new Unfinished(header, count, size, prefix, nowNanos);
            unfinished.put(key, message);
            hold(message, prefix.length);
        }
        if (message.count != count
                || message.header.code() != header.code()
                || !Arrays.equals(message.prefix, prefix)) {
            throw new CodecException("chunk " + id + " of " + count + " does not belong to the chunks of request "
                    + header.requestId() + " before it");
        }
        byte[] slice = in.readRest();
        if (message.slices.putIfAbsent(id, slice) == null) {
            message.bytes += slice.length;
            hold(message, slice.length + CHUNK_OVERHEAD);
        }
        if (heldBytes > maxBytes) {
            throw new CodecException("unfinished multipart messages hold more than " + maxBytes + " bytes");
        }
        if (message.slices.size() < count) {
            return Optional.empty();
        }
        drop(key);
        return Optional.of(join(message));
    }

    /**
     * How many bytes the unfinished messages may hold before they are complete, by what their first chunks say; at most the limit,
     * 0 where there is none.
     */
    public int expectedBytes() {
        long expected = 0;
        for (Unfinished message : unfinished.values()) {
            expected += message.expectedBytes();
        }
        return (int) Math.min(maxBytes, expected);
    }

    /** Gives up the messages that have been unfinished for too long; {@link #add} does so, too. */
    public void dropExpired(long nowNanos) {
        expire(nowNanos);
    }

    private void hold(Unfinished message, int bytes) {
        message.heldBytes += bytes;
        heldBytes += bytes;
    }

    private static byte[] readEntityPrefix(WireReader in, byte[] chunk) throws CodecException {
        int from = in.position();
        in.readByte("entity type");
        in.skipString("entity name");
        byte[] prefix = new byte[in.position() - from];
        System.arraycopy(chunk, from, prefix, 0, prefix.length);
        return prefix;
    }

    private static byte[] join(Unfinished message) {
        Header header = message.header;
        WireWriter out = new WireWriter(Header.LENGTH + message.prefix.length + message.bytes);
        new Header(header.code(), header.requestId(), header.endpointId(), header.sessionId(), false).write(out);
        out.writeBytes(message.prefix);
        message.slices.values().forEach(out::writeBytes);
        return out.toByteArray();
    }

    private void drop(Key key) {
        Unfinished message = unfinished.remove(key);
        if (message != null) {
            heldBytes -= message.heldBytes;
        }
    }

    private void expire(long nowNanos) {
        for (Iterator<Unfinished> it = unfinished.values().iterator(); it.hasNext(); ) {
            Unfinished message = it.next();
            if (nowNanos - message.since <= EXPIRY_NANOS) {
                return;
            }
            heldBytes -= message.heldBytes;
            it.remove();
        }
    }
}
