package org.steadfast.protocol.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the primitives of the device protocol, big-endian, into a growing array. Not safe for use by several threads. */
public final class WireWriter {
    private byte[] bytes;
    private int size;

    public WireWriter() {
        this(128);
    }

    /** A writer that has room for {@code capacity} bytes before it grows. */
    public WireWriter(int capacity) {
        this.bytes = new byte[capacity];
    }

    /** How many bytes were written. */
    public int size() {
        return size;
    }

    public WireWriter writeByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
        return this;
    }

    public WireWriter writeShort(int value) {
        if (value < 0 || value > 0xFFFF) {
            throw new IllegalArgumentException(value + " does not fit into 16 bits");
        }
        ensure(2);
        bytes[size++] = (byte) (value >>> 8);
        bytes[size++] = (byte) value;
        return this;
    }

    public WireWriter writeInt(int value) {
        ensure(4);
        putInt(size, value);
        size += 4;
        return this;
    }

    public WireWriter writeLong(long value) {
        return writeInt((int) (value >>> 32)).writeInt((int) value);
    }

    public WireWriter writeDouble(double value) {
        return writeLong(Double.doubleToRawLongBits(value));
    }

    /** A string: length in one byte below 128, else in four with the top bit set; then UTF-8. */
    public WireWriter writeString(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        if (encoded.length < 128) {
            writeByte(encoded.length);
        } else {
            writeInt(encoded.length | 0x8000_0000);
        }
        return writeBytes(encoded);
    }

    public WireWriter writeBytes(byte[] source) {
        return writeBytes(source, 0, source.length);
    }

    public WireWriter writeBytes(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
        return this;
    }

    /** Replaces four bytes written before, for lengths that are known only after what they count. */
    public void overwriteInt(int at, int value) {
        if (at < 0 || at > size - 4) {
            throw new IndexOutOfBoundsException("position " + at + " of " + size);
        }
        putInt(at, value);
    }

    /** What was written, copied. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void putInt(int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }

    private void ensure(int more) {
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
