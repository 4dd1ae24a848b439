package org.steadfast.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where the application key comes from. It is never shown. */
final class AppKeyOptions {
    static final String ENVIRONMENT = "STEADFAST_APP_KEY";

    @Option(
            names = "--app-key",
            paramLabel = "<key>",
            description = "The application key. Other users of this machine can see it in the process list:"
                    + " prefer --app-key-file or the environment variable " + ENVIRONMENT + ".")
    private String key;

    @Option(
            names = "--app-key-file",
            paramLabel = "<file>",
            description = "File with the application key in its first line.")
    private Path file;

    /** The key, from the options or from the environment. */
    static AppKey resolve(AppKeyOptions options, Map<String, String> environment) {
        if (options != null && options.key != null) {
            return new AppKey(options.key);
        }
        if (options != null && options.file != null) {
            return new AppKey(firstLine(options.file));
        }
        String fromEnvironment = environment.get(ENVIRONMENT);
        if (fromEnvironment == null || fromEnvironment.isBlank()) {
            throw new IllegalArgumentException(
                    "there is no application key: give --app-key-file or set " + ENVIRONMENT);
        }
        return new AppKey(fromEnvironment.strip());
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("").strip();
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read the application key file " + file + ": " + e, e);
        }
    }
}
