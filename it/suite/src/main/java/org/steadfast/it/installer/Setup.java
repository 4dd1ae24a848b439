package org.steadfast.it.installer;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The installer that the build made, as a program without windows. */
public record Setup(Path jar) {
    private static final String PROPERTY = "steadfast.setup";
    private static final int LONGEST_SECONDS = 240;

    /** How a program ended, and all that it printed. */
    public record Ended(int status, String output) {}

    /** The one that the build made. */
    public static Setup built() {
        Path jar = Path.of(System.getProperty(PROPERTY, "installer/target/steadfast-setup.jar"))
                .toAbsolutePath()
                .normalize();
        if (!Files.exists(jar)) {
            throw new IllegalStateException("there is no installer " + jar + "; build it with mvn -DskipTests package");
        }
        return new Setup(jar);
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /**
     * Installs by a file of answers.
     *
     * @param folder where the file goes
     */
    public Ended byAnswers(Path folder, Map<String, String> answers, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path file = Files.writeString(
                folder.resolve("answers.properties"),
                answers.entrySet().stream()
                        .map(answer -> answer.getKey() + "=" + answer.getValue() + "\n")
                        .collect(Collectors.joining()));
        return run(folder, List.of("-options", file.toString()), "", environment);
    }

    private static String temporary(Path folder) {
        return "-Djava.io.tmpdir=" + folder;
    }

    /** Installs by lines that are typed in a terminal. */
    public Ended byConsole(Path folder, List<String> lines) throws IOException, InterruptedException {
        return run(folder, List.of("-console"), String.join("\n", lines) + "\n", Map.of());
    }

    private Ended run(Path folder, List<String> options, String input, Map<String, String> environment)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                java(),
                // Another installer on this machine is none of its business.
                "-DMULTIINSTANCE=true",
                temporary(folder),
                "-jar",
                jar.toString(),
                "-language",
                "eng"));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("DISPLAY");
        builder.environment().putAll(environment);
        return run(builder, folder, input);
    }

    /** Removes what was installed in a folder; returns when the uninstaller has done what it does in the background. */
    public static Ended uninstall(Path home, Path folder) throws IOException, InterruptedException {
        return run(
                new ProcessBuilder(
                        java(),
                        // Where it leaves what it has unpacked itself to.
                        temporary(folder),
                        "-jar",
                        home.resolve("uninstaller/uninstaller.jar").toString(),
                        "-c"),
                folder,
                "");
    }

    /** Runs a program to its end; what it leaves in the background goes on. */
    public static Ended run(ProcessBuilder builder, Path folder, String input)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process = builder.redirectErrorStream(true)
                .directory(folder.toFile())
                .redirectOutput(output.toFile())
                .redirectInput(
                        input.isEmpty()
                                ? ProcessBuilder.Redirect.from(new File("/dev/null"))
                                : ProcessBuilder.Redirect.PIPE)
                .start();
        if (!input.isEmpty()) {
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
        }
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(
                    builder.command() + " did not end within " + LONGEST_SECONDS + " s:\n" + Files.readString(output));
        }
        return new Ended(process.exitValue(), Files.readString(output));
    }
}
