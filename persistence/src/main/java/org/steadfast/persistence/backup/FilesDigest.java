package org.steadfast.persistence.backup;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Counts files and makes one checksum of their names and contents, in the order in which they come. Used by one thread.
 */
final class FilesDigest {
    private final MessageDigest digest = Checksums.begin();
    private long files;
    private long bytes;
    /** Of the file that is under way. */
    private long length;

    /** A folder, or a file whose content follows. */
    void begin(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        // With its length, so that no name and content look like others.
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).array());
        digest.update(text);
        length = 0;
    }

    void content(byte[] piece, int count) {
        digest.update(piece, 0, count);
        length += count;
    }

    /** Of a file, not of a folder. */
    void end() {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(length).array());
        files++;
        bytes += length;
    }

    /** All of them; nothing may follow. */
    BackupManifest.FilesContent total() {
        return new BackupManifest.FilesContent(files, bytes, Checksums.end(digest));
    }
}
