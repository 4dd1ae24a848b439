package org.steadfast.persistence.backup;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes as long as there is room for others: the database may be on the same disk, and stops where that is full. Used by one thread. */
final class RoomKept extends FilterOutputStream {
    private static final long LOOK_BYTES = 8 << 20;

    private final Path file;
    private final long leastFree;
    /** What may be written until the room is looked at again. */
    private long left;

    /** @param leastFree bytes that stay free */
    RoomKept(OutputStream out, Path file, long leastFree) {
        super(out);
        this.file = file;
        this.leastFree = leastFree;
    }

    @Override
    public void write(int b) throws IOException {
        take(1);
        out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        take(length);
        out.write(bytes, offset, length);
    }

    private void take(int length) throws IOException {
        left -= length;
        if (left < 0) {
            long free = Files.getFileStore(file).getUsableSpace();
            if (free < leastFree) {
                throw new IOException(file.getParent() + " has " + (free >> 20) + " MB free, of which "
                        + (leastFree >> 20) + " MB stay so for others; make room, or keep fewer backups");
            }
            left = LOOK_BYTES;
        }
    }
}
