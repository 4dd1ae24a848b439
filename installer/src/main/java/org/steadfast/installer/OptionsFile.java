package org.steadfast.installer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The file of answers that the installer was started with. izPack takes from it what it asks for, one panel after the other, and passes over
 * the rest in silence: a misspelled answer would be none.
 */
record OptionsFile(Map<String, String> answers, List<String> problems) {
    private static final String OPTION = "-options";

    /** Empty where people answer. */
    static Optional<OptionsFile> given() throws IOException {
        List<String> arguments =
                List.of(ProcessHandle.current().info().arguments().orElse(new String[0]));
        int option = arguments.indexOf(OPTION);
        return option < 0 || option + 1 >= arguments.size()
                ? Optional.empty()
                : Optional.of(read(Path.of(arguments.get(option + 1))));
    }

    static OptionsFile read(Path file) throws IOException {
        List<String> problems = new ArrayList<>();
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.chars().anyMatch(character -> character > 127)) {
            problems.add(file + " has other characters than those of ASCII; write them as in \\u00e4");
        }
        Properties properties = new Properties();
        try (var in = Files.newInputStream(file)) {
            properties.load(in);
        }
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
