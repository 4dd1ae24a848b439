package org.steadfast.coordination.lease;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tells one process from every other, also from a later one with the same number on the same machine.
 *
 * @param host for people
 * @param system which start of which kernel, and which space of process numbers in it; empty where that cannot be told, and then
 *     nobody can prove that the process is gone
 * @param pid the process's number
 * @param startTicks when the process was started, in the kernel's own count: a time of day would change with the clock
 */
public record ProcessIdentity(String host, String system, long pid, long startTicks) {

    static ProcessIdentity own() {
        return new ProcessIdentity(
                hostName(),
                thisSystem(),
                ProcessHandle.current().pid(),
                startOf(ProcessHandle.current().pid()));
    }

    /**
     * Tells a live process of this system from every later one with the same number; empty where that cannot be told. Not by a time of day,
     * which changes when the clock is set.
     */
    public static Optional<String> stamp(long pid) {
        long start = startOf(pid);
        String system = thisSystem();
        return start < 0 || system.isEmpty() ? Optional.empty() : Optional.of(start + " " + system);
    }

    /** True where this is a process of this very system that has ended. False where it lives or that cannot be told. */
    boolean isProvablyGone() {
        if (system.isEmpty() || !system.equals(thisSystem())) {
            return false;
        }
        if (!Files.exists(Path.of("/proc", Long.toString(pid)))) {
            return true;
        }
        long present = startOf(pid);
        return present >= 0 && present != startTicks;
    }

    /** Field 22 of {@code stat} (proc(5)), counted behind the name, which may hold anything; -1 where it cannot be read. */
    private static long startOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
        } catch (IOException | RuntimeException e) {
            // Not Linux, hidden from us, or it has ended this moment.
            return -1;
        }
    }

    /** Linux: a number that is drawn anew at each start of the kernel, and the namespace of process numbers (proc(5)). */
    private static String thisSystem() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).trim() + " "
                    + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
        } catch (IOException | UnsupportedOperationException e) {
            // Not Linux, or hidden from us.
            return "";
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown host";
        }
    }
}
