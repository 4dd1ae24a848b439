package org.steadfast.connection.session;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.MultipartAssembler;

/**
 * Puts the pieces of WebSocket messages together, and chunks of multipart messages. Takes no more memory than the bytes that
 * have come. Guards itself.
 */
final class Incoming {
    /** A WebSocket message that is longer is expected to become the longest that there is: nothing says how long it will be. */
    private static final int SMALL_FRAME = 16 << 10;

    private final int longest;
    private final MultipartAssembler assembler;
    private ByteArrayOutputStream frame = new ByteArrayOutputStream(0);
    /** When the frame began, by {@link System#nanoTime()}. */
    private long frameSince;

    /** @param longest longest message in bytes */
    Incoming(int longest) {
        this.longest = longest;
        this.assembler = new MultipartAssembler(longest);
    }

    /**
     * Takes a piece in.
     *
     * @param last whether it is the last of its WebSocket message
     * @return the message of the device protocol that is complete by it
     */
    synchronized Optional<byte[]> piece(byte[] bytes, boolean last, long nowNanos)
            throws CodecException, TooLongException {
        if ((long) frame.size() + bytes.length > longest) {
            throw new TooLongException("a message has at most " + longest + " bytes");
        }
        byte[] whole = bytes;
        if (!last || frame.size() > 0) {
            if (frame.size() == 0) {
                frame = new ByteArrayOutputStream(bytes.length);
                frameSince = nowNanos;
            }
            frame.writeBytes(bytes);
            if (!last) {
                return Optional.empty();
            }
            whole = frame.toByteArray();
            frame = new ByteArrayOutputStream(0);
        }
        return MessageCodec.decodeHeader(whole).multipart() ? assembler.add(whole, nowNanos) : Optional.of(whole);
    }

    /** How many bytes the messages that have begun may hold before they are complete; 0 where none has begun. */
    synchronized int expected() {
        int inFrame = frame.size() > SMALL_FRAME ? longest : frame.size();
        return Math.min(longest, assembler.expectedBytes()) + inFrame;
    }

    /** Drops multipart messages that are not completed in time; false where a WebSocket message is not, which cannot be dropped. */
    synchronized boolean dropExpired(long nowNanos) {
        assembler.dropExpired(nowNanos);
        return frame.size() == 0 || nowNanos - frameSince <= MultipartAssembler.EXPIRY_NANOS;
    }
}
