package org.steadfast.installer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * The file of answers that the installer was started with. izPack takes from it what it asks for, one panel after the other, and passes over
 * the rest in silence: a misspelled answer would be none.
 */
record OptionsFile(Map<String, String> answers, List<String> problems) {
    /** Those of izPack that take such a file, with windows or without; it does not look at capital letters. */
    private static final Set<String> OPTIONS = Set.of("-options", "-options-auto", "-defaults-file");

    /** Empty where people answer. */
    static Optional<OptionsFile> given() throws IOException {
        Optional<String> name =
                name(List.of(ProcessHandle.current().info().arguments().orElse(new String[0])));
        return name.isPresent() ? Optional.of(read(Path.of(name.get()))) : Optional.empty();
    }

    /** What follows one of the options. */
    static Optional<String> name(List<String> arguments) {
        for (int i = 0; i + 1 < arguments.size(); i++) {
            if (OPTIONS.contains(arguments.get(i).toLowerCase(Locale.ROOT))) {
                return Optional.of(arguments.get(i + 1));
            }
        }
        return Optional.empty();
    }

    static OptionsFile read(Path file) throws IOException {
        List<String> problems = new ArrayList<>();
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.chars().anyMatch(character -> character > 127)) {
            problems.add(file + " has other characters than those of ASCII; write them as in \\u00e4");
        }
        Properties properties = new Properties();
        properties.load(new ByteArrayInputStream(bytes));
        Map<String, String> answers = new TreeMap<>();
        properties
                .stringPropertyNames()
                .forEach(name -> answers.put(name, properties.getProperty(name).strip()));
        answers.values().removeIf(String::isEmpty);
        for (String name : answers.keySet()) {
            if (!Answers.isKnown(name)) {
                problems.add(file + ": " + name + " is no answer of this installer; see conf/answers.properties of an"
                        + " installation for those that there are");
            }
        }
        return new OptionsFile(answers, problems);
    }
}
