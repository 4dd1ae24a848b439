package org.steadfast.protocol.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads the primitives of the device protocol, big-endian, from a slice of bytes. Never reads past the slice and never allocates
 * more than the bytes that are there. Not safe for use by several threads.
 */
public final class WireReader {
    private final byte[] bytes;
    private final int end;
    private int position;

    public WireReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /** Reads {@code length} bytes from {@code offset}. */
    public WireReader(byte[] bytes, int offset, int length) {
        if (offset < 0 || length < 0 || offset > bytes.length - length) {
            throw new IndexOutOfBoundsException("slice " + offset + "+" + length + " of " + bytes.length);
        }
        this.bytes = bytes;
        this.position = offset;
        this.end = offset + length;
    }

    /** Index in the array of the next byte to be read. */
    public int position() {
        return position;
    }

    /** How many bytes are left. */
    public int remaining() {
        return end - position;
    }

    public byte readByte(String what) throws CodecException {
        require(1, what);
        return bytes[position++];
    }

    public int readUnsignedByte(String what) throws CodecException {
        return readByte(what) & 0xFF;
    }

    public int readUnsignedShort(String what) throws CodecException {
        require(2, what);
        int value = (bytes[position] & 0xFF) << 8 | bytes[position + 1] & 0xFF;
        position += 2;
        return value;
    }

    public int readInt(String what) throws CodecException {
        require(4, what);
        int value = ByteBuffer.wrap(bytes, position, 4).getInt();
        position += 4;
        return value;
    }

    public long readLong(String what) throws CodecException {
        require(8, what);
        long value = ByteBuffer.wrap(bytes, position, 8).getLong();
        position += 8;
        return value;
    }

    public double readDouble(String what) throws CodecException {
        return Double.longBitsToDouble(readLong(what));
    }

    /** A string: length in one byte below 128, else in four with the top bit set; then UTF-8. */
    public String readString(String what) throws CodecException {
        int length = readByte(what);
        if (length < 0) {
            position--;
            length = readInt(what) & 0x7FFF_FFFF;
        }
        require(length, what);
        try {
            String text = isAscii(position, length)
                    ? new String(bytes, position, length, StandardCharsets.US_ASCII)
                    : StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(bytes, position, length))
                            .toString();
            position += length;
            return text;
        } catch (CharacterCodingException e) {
            throw new CodecException(what + " at byte " + position + " is not UTF-8", e);
        }
    }

    /** Passes over a string without decoding it. */
    public void skipString(String what) throws CodecException {
        int length = readByte(what);
        if (length < 0) {
            position--;
            length = readInt(what) & 0x7FFF_FFFF;
        }
        require(length, what);
        position += length;
    }

    /** The next {@code length} bytes, copied. */
    public byte[] readBytes(int length, String what) throws CodecException {
        if (length < 0) {
            throw new CodecException(what + " at byte " + position + " has the negative length " + length);
        }
        require(length, what);
        byte[] copy = new byte[length];
        System.arraycopy(bytes, position, copy, 0, length);
        position += length;
        return copy;
    }

    /** All bytes that are left, copied. */
    public byte[] readRest() {
        byte[] copy = new byte[remaining()];
        System.arraycopy(bytes, position, copy, 0, copy.length);
        position = end;
        return copy;
    }

    private boolean isAscii(int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    private void require(int length, String what) throws CodecException {
        if (length > end - position) {
            throw new CodecException(
                    what + " at byte " + position + " needs " + length + " bytes, " + (end - position) + " are left");
        }
    }
}
