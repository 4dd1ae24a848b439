package org.steadfast.it.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The built distribution: a folder with {@code bin/} and {@code lib/}.
 *
 * @param javaOptions added to those of each command
 */
public record Distribution(Path home, String javaOptions) {
    /** System property that names the folder; the build sets it. */
    public static final String PROPERTY = "steadfast.home";
    /** Compiles with the fast compiler alone. */
    private static final String QUICK_START = "-XX:TieredStopAtLevel=1";

    /** The distribution that the build made. */
    public static Distribution built() {
        Path home = Path.of(System.getProperty(PROPERTY, "distribution/target/steadfast"))
                .toAbsolutePath()
                .normalize();
        if (!Files.isExecutable(home.resolve("bin/steadfast"))) {
            throw new IllegalStateException(
                    "there is no distribution in " + home + "; build it with mvn -DskipTests verify");
        }
        return new Distribution(home, "");
    }

    /** The same, for processes that live too short to be worth the slower compiler. */
    public Distribution startingQuickly() {
        return new Distribution(home, QUICK_START);
    }

    /** A command of {@code bin/steadfast}, not started yet. */
    public ProcessBuilder command(List<String> arguments, Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin/steadfast").toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("STEADFAST_JAVA_OPTS_APPEND", javaOptions);
        builder.environment().putAll(environment);
        return builder;
    }
}
