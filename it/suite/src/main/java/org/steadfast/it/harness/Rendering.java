package org.steadfast.it.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the distribution prints to configure other programs with. */
final class Rendering {
    private Rendering() {}

    /** A new file in the folder with what the command printed. */
    static Path of(Distribution distribution, List<String> command, Path folder)
            throws IOException, InterruptedException {
        Path file = Files.createTempFile(folder, command.get(0), ".cfg");
        Path errors = Files.createTempFile(folder, command.get(0), ".err");
        int status = distribution
                .startingQuickly()
                .command(command, Map.of())
                .redirectOutput(file.toFile())
                .redirectError(errors.toFile())
                .start()
                .waitFor();
        if (status != 0) {
            throw new AssertionError("steadfast " + String.join(" ", command) + " ended with " + status + ": "
                    + Files.readString(errors));
        }
        return file;
    }
}
