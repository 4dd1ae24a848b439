package org.steadfast.simulator;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** One line a second that says how a fleet is doing. Not safe for use by several threads. */
final class ProgressLine {
    private final PrintWriter out;
    private final boolean inPlace;
    private FleetStatistics before;
    private int length;

    /** @param inPlace true on a terminal: each line overwrites the one before */
    ProgressLine(PrintWriter out, boolean inPlace) {
        this.out = out;
        this.inPlace = inPlace;
    }

    /** False where it cannot be told. */
    static boolean stderrIsTerminal() {
        try {
            String device = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            // Not Linux. Plain lines are right everywhere.
            return false;
        }
    }

    /** @param recent latencies since the line before */
    void show(FleetStatistics now, LatencySummary recent) {
        double seconds = before == null
                ? now.elapsed().toNanos() / 1e9
                : now.elapsed().minus(before.elapsed()).toNanos() / 1e9;
        long messages = now.acknowledged() - (before == null ? 0 : before.acknowledged());
        long updates = now.updates() - (before == null ? 0 : before.updates());
        String line = String.format(
                Locale.ROOT,
                "connected %d/%d  sent %d  acknowledged %d  errors %d  %.0f msg/s  %.0f updates/s  p50 %s  p99 %s",
                now.connected(),
                now.devices(),
                now.sent(),
                now.acknowledged(),
                now.errors(),
                seconds <= 0 ? 0 : messages / seconds,
                seconds <= 0 ? 0 : updates / seconds,
                Report.millis(recent.p50()),
                Report.millis(recent.p99()));
        before = now;
        if (inPlace) {
            out.print("\r" + line + " ".repeat(Math.max(0, length - line.length())));
            length = line.length();
        } else {
            out.println(line);
        }
        out.flush();
    }

    /** Says something that stays. */
    void say(String line) {
        end();
        out.println(line);
        out.flush();
    }

    /** Leaves the line, where it is overwritten in place. */
    void end() {
        if (inPlace && length > 0) {
            out.println();
            out.flush();
            length = 0;
        }
    }
}
