package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Prints what another process writes at the end of a file, line by line as it comes. Used by one thread. */
final class GrowingFile {
    private final Path file;
    private long position;

    /** From where the file ends now; it need not be there yet. */
    GrowingFile(Path file) throws IOException {
        this.file = file;
        this.position = Files.exists(file) ? Files.size(file) : 0;
    }

    /** Prints the whole lines that have come since. */
    void printNew(PrintWriter out) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(Math.min(position, channel.size()));
            byte[] bytes = Channels.newInputStream(channel).readAllBytes();
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            out.print(new String(bytes, 0, end, StandardCharsets.UTF_8));
            out.flush();
            position = channel.position() - bytes.length + end;
        }
    }
}
