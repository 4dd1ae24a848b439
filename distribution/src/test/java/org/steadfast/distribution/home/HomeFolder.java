package org.steadfast.distribution.home;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The files of the distribution's home, as they stand in the source. */
final class HomeFolder {
    static final Path HOME = Path.of("src/main/home").toAbsolutePath();

    private HomeFolder() {}

    /** What a program of the operating system answered. */
    record Answer(int status, String out) {}

    static List<Path> scripts() throws IOException {
        return list(HOME.resolve("bin"));
    }

    /** Those that run in containers, and those by which the whole is measured and tried. */
    static List<Path> otherScripts() throws IOException {
        List<Path> scripts = new ArrayList<>();
        for (Path folder :
                List.of(HOME.resolve("templates/containers"), Path.of("../it").toAbsolutePath())) {
            for (Path file : list(folder)) {
                if (Files.isRegularFile(file) && Files.readString(file).startsWith("#!")) {
                    scripts.add(file);
                }
            }
        }
        return scripts;
    }

    static List<Path> jvmOptions() throws IOException {
        return list(HOME.resolve("conf/jvm"));
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    static boolean isInstalled(String program) throws IOException, InterruptedException {
        return run(Map.of(), "sh", "-c", "command -v " + program).status() == 0;
    }

    static Answer run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("STEADFAST_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), out);
    }
}
