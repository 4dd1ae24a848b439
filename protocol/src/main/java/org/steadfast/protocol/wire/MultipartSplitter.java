package org.steadfast.protocol.wire;

import java.util.ArrayList;
import java.util.List;

/** Cuts messages that are too long for a device into chunks (device protocol, section 6, MULTIPART). Stateless. */
public final class MultipartSplitter {
    /** Bytes that the chunk's own fields take after the header. */
    static final int CHUNK_FIELDS = 6;

    private MultipartSplitter() {}

    /**
     * The messages to send for a message: itself where it fits, its chunks in order where it does not. Chunks of requests repeat
     * the entity's type and name.
     *
     * @param limit longest message that the receiver takes, in bytes, at least 256
     * @throws CodecException if it would take more than 65535 chunks, or the message is not well formed
     */
    public static List<byte[]> split(byte[] message, int limit) throws CodecException {
        if (limit < 256) {
            throw new IllegalArgumentException("limit " + limit + " is below 256 bytes");
        }
        if (message.length <= limit) {
            return List.of(message);
        }
        WireReader in = new WireReader(message);
        Header header = Header.read(in);
        int prefixLength = header.isResponse() ? 0 : entityPrefixLength(message);
        int room = limit - Header.LENGTH - CHUNK_FIELDS - prefixLength;
        int dataLength = message.length - Header.LENGTH - prefixLength;
        if (room <= 0) {
            throw new CodecException(
                    "an entity name of " + prefixLength + " bytes leaves no room in a chunk of " + limit);
        }
        int count = (dataLength + room - 1) / room;
        if (count > 0xFFFF) {
            throw new CodecException(
                    "a message of " + message.length + " bytes does not fit into 65535 chunks of " + limit);
        }
        Header chunkHeader =
                new Header(header.code(), header.requestId(), header.endpointId(), header.sessionId(), true);
        List<byte[]> chunks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int offset = Header.LENGTH + prefixLength + i * room;
            WireWriter out = new WireWriter(limit);
            chunkHeader.write(out);
            out.writeShort(i + 1).writeShort(count).writeShort(Math.min(limit, 0xFFFF));
            out.writeBytes(message, Header.LENGTH, prefixLength);
            out.writeBytes(message, offset, Math.min(room, message.length - offset));
            chunks.add(out.toByteArray());
        }
        return chunks;
    }

    static int entityPrefixLength(byte[] request) throws CodecException {
        WireReader in = new WireReader(request, Header.LENGTH, request.length - Header.LENGTH);
        in.readByte("entity type");
        in.skipString("entity name");
        return in.position() - Header.LENGTH;
    }
}
