package org.steadfast.it.installer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** The installer's window, used by the names and texts of what is in it. For one thread. */
public final class SetupWindow implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final Socket socket;
    private final BufferedReader in;
    private final PrintWriter out;
    private final Path pictures;
    /** What the button of messages says. */
    private final String close;

    private int painted;

    private SetupWindow(Process process, Socket socket, Path pictures, String close) throws IOException {
        this.process = process;
        this.socket = socket;
        this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        this.out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8);
        this.pictures = pictures;
        this.close = close;
    }

    /**
     * Starts the installer.
     *
     * @param folder for what it prints
     * @param language as izPack names them, {@code eng} or {@code deu}
     * @param pictures where pictures of its panels go
     * @param options of the virtual machine
     */
    public static SetupWindow open(
            Setup setup, Screen screen, Path folder, String language, Path pictures, List<String> options)
            throws IOException {
        Files.createDirectories(pictures);
        Path agent = agent(folder);
        Path port = folder.resolve("window-" + language + System.nanoTime());
        ProcessBuilder builder = new ProcessBuilder(Setup.java());
        builder.command().addAll(options);
        builder.command()
                .addAll(List.of(
                        // Another installer on this machine is none of its business.
                        "-DMULTIINSTANCE=true",
                        "-javaagent:" + agent + "=" + port,
                        "-jar",
                        setup.jar().toString(),
                        "-language",
                        language));
        builder.environment().put("DISPLAY", screen.display());
        builder.environment().remove("WAYLAND_DISPLAY");
        Process process = builder.redirectErrorStream(true)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("setup-" + language + ".txt").toFile())
                .start();
        try {
            Awaitility.await("the installer's start")
                    .atMost(PATIENCE)
                    .until(() -> Files.exists(port) || !process.isAlive());
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(Files.readString(port)));
            return new SetupWindow(process, socket, pictures, language.equals("deu") ? "Schließen" : "Close");
        } catch (IOException | ConditionTimeoutException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static Path agent(Path folder) throws IOException {
        Path jar = folder.resolve("window-agent.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name("Premain-Class"), WindowAgent.class.getName());
        String name = WindowAgent.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                var code = WindowAgent.class.getClassLoader().getResourceAsStream(name)) {
            out.putNextEntry(new JarEntry(name));
            code.transferTo(out);
        }
        return jar;
    }

    private String ask(String... words) {
        out.println(String.join("\t", words));
        try {
            String answer = in.readLine();
            if (answer == null) {
                throw new IllegalStateException("the installer has gone");
            }
            if (answer.startsWith("failed")) {
                throw new IllegalStateException(String.join(" ", words) + " " + answer + "; there is: " + texts());
            }
            return answer;
        } catch (IOException e) {
            throw new IllegalStateException("the installer does not answer", e);
        }
    }

    /** Every text that the window on top shows. */
    public String texts() {
        return ask("texts");
    }

    /** Waits for a text to be shown. */
    public void await(String text) {
        await(text, PATIENCE);
    }

    /** Waits for a text to be shown. */
    public void await(String text, Duration most) {
        Awaitility.await("a window that says: " + text)
                .atMost(most)
                .pollInterval(Duration.ofMillis(100))
                .until(this::texts, texts -> texts.contains(text));
    }

    /** Goes on to the panel that shows a text, as soon as the button for that can be pressed. */
    public void next(String text) {
        next(text, PATIENCE);
    }

    /** Goes on to the panel that shows a text, as soon as the button for that can be pressed. */
    public void next(String text, Duration most) {
        awaitButton(most, "nextButton");
        ask("click", "nextButton");
        await(text);
    }

    private void awaitButton(Duration most, String button) {
        Awaitility.await(button)
                .atMost(most)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> ask("state", button).startsWith("enabled"));
    }

    /** Goes on where that must be refused, and closes the window that says why, which shows a text. */
    public void nextIsRefused(String text) {
        ask("click", "nextButton");
        isRefused(text);
    }

    /** Waits for the window that says why it goes no further, which shows a text, and closes it. */
    public void isRefused(String text) {
        await(text);
        paint("refused");
        press(close);
    }

    /** Presses a button, or chooses one of several, by its text. */
    public void press(String text) {
        ask("press", text);
    }

    /** Presses a button, or chooses one of several, by its name. */
    public void click(String name) {
        ask("click", name);
    }

    /** Replaces what is in a field. */
    public void type(String field, String text) {
        ask("type", field, text);
    }

    /** What is in a field. */
    public String value(String field) {
        return ask("value", field);
    }

    /** The names of what the tabulator key goes to, in that order. */
    public String order() {
        return ask("order");
    }

    /** Width and height of the window. */
    public String size() {
        return ask("size");
    }

    /** Keeps a picture of the window, in which everything must have room that can be used. */
    public void paint(String name) {
        String cutOff = ask("cut");
        if (!cutOff.isEmpty()) {
            throw new IllegalStateException(name + ": the window has no room for " + cutOff);
        }
        painted++;
        ask(
                "paint",
                pictures.resolve(String.format("%02d-%s.png", painted, name)).toString());
    }

    /** Waits for the installer's end, and returns how it ended. */
    public int awaitEnd() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the installer does not end; it shows: " + texts());
        }
        return process.exitValue();
    }

    @Override
    public void close() throws Exception {
        socket.close();
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
