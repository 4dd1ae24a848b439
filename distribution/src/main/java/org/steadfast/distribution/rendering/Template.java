package org.steadfast.distribution.rendering;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.steadfast.coordination.chassis.ExitCode;
import picocli.CommandLine;

/**
 * A text in which words in double braces are filled in.
 *
 * @param file with the text
 */
public record Template(Path file) {

    /**
     * Puts the text where a command is to put it, or says why it cannot be read.
     *
     * @param words what stands for each word
     */
    public ExitCode render(CommandLine command, Map<String, String> words, Destination destination) throws IOException {
        if (!Files.isReadable(file)) {
            command.getErr().println("steadfast: --template: " + file + " cannot be read");
            return ExitCode.USAGE;
        }
        String text = Files.readString(file);
        for (Map.Entry<String, String> word : words.entrySet()) {
            text = text.replace("{{" + word.getKey() + "}}", word.getValue());
        }
        destination.put(text, command.getOut());
        return ExitCode.OK;
    }
}
