package org.steadfast.distribution.rendering;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import picocli.CommandLine.Option;

/** Where a command puts the text that it makes. */
public final class Destination {
    @Option(
            names = "--to",
            paramLabel = "FILE",
            description = "Writes it into a file, in the place of the one that is there, instead of printing it.")
    private Path file;

    /** All of it or nothing: what reads the file never finds a part. */
    void put(String text, PrintWriter out) throws IOException {
        if (file == null) {
            out.print(text);
            out.flush();
            return;
        }
        Path whole = file.toAbsolutePath();
        Files.createDirectories(whole.getParent());
        Path part = whole.resolveSibling(whole.getFileName() + ".new");
        Files.writeString(part, text);
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
