package org.steadfast.coordination.lease;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Tells one process from every other, also from a later one with the same number on the same machine.
 *
 * @param host for people
 * @param system which start of which kernel, and which space of process numbers in it; empty where that cannot be told, and then
 *     nobody can prove that the process is gone
 * @param pid the process's number
 * @param startMillis when the process was started, epoch milliseconds
 */
record ProcessIdentity(String host, String system, long pid, long startMillis) {

    static ProcessIdentity own() {
        return new ProcessIdentity(
                hostName(), thisSystem(), ProcessHandle.current().pid(), startOf(ProcessHandle.current()));
    }

    /** True where this is another process of this very system that has ended. False where it lives or that cannot be told. */
    boolean isProvablyGone() {
        if (system.isEmpty() || !system.equals(thisSystem())) {
            return false;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        return process.isEmpty() || !process.get().isAlive() || startOf(process.get()) != startMillis;
    }

    boolean isOnThisSystem() {
        return !system.isEmpty() && system.equals(thisSystem());
    }

    private static long startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
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
