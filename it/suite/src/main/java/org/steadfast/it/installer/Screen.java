package org.steadfast.it.installer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** An X display that nobody sees, with a window manager. */
public final class Screen implements AutoCloseable {
    private final Process server;
    private final Process manager;
    private final String display;

    private Screen(Process server, Process manager, String display) {
        this.server = server;
        this.manager = manager;
        this.display = display;
    }

    /** @param size such as {@code 1024x768} */
    public static Screen open(String size) throws IOException {
        Process server = new ProcessBuilder("Xvfb", "-displayfd", "1", "-screen", "0", size + "x24", "-nolisten", "tcp")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        // It tells the number of the display that it has found when it can be used.
        String number = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.US_ASCII))
                .readLine();
        if (number == null) {
            server.destroy();
            throw new IOException("Xvfb has ended");
        }
        String display = ":" + number.strip();
        ProcessBuilder manager = new ProcessBuilder("openbox");
        manager.environment().put("DISPLAY", display);
        manager.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        try {
            return new Screen(server, manager.start(), display);
        } catch (IOException e) {
            server.destroy();
            throw e;
        }
    }

    String display() {
        return display;
    }

    @Override
    public void close() throws InterruptedException {
        manager.destroy();
        server.destroy();
        if (!server.waitFor(10, TimeUnit.SECONDS)) {
            server.destroyForcibly();
        }
    }
}
