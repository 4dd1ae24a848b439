package org.steadfast.persistence.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a process writes, in a thread of its own and to the end, whatever happens to the place it is kept in: a
 * process whose output nobody reads stands still. Keeps the end of it in memory. Safe for use by several threads.
 */
final class OutputPump {
    private static final Logger LOG = LoggerFactory.getLogger(OutputPump.class);
    private static final int TAIL_BYTES = 16_384;

    private final InputStream in;
    private final Sink sink;
    private final Thread thread;
    /** Guarded by this. */
    private byte[] tail = new byte[0];

    /** Where the output is kept. */
    @FunctionalInterface
    interface Sink {
        void write(byte[] bytes, int count) throws IOException;
    }

    private OutputPump(InputStream in, Sink sink, String name) {
        this.in = in;
        this.sink = sink;
        thread = new Thread(this::pump, name);
        thread.setDaemon(true);
    }

    static OutputPump start(InputStream in, String name) {
        return start(in, (bytes, count) -> {}, name);
    }

    static OutputPump start(InputStream in, Sink sink, String name) {
        OutputPump pump = new OutputPump(in, sink, name);
        pump.thread.start();
        return pump;
    }

    private void pump() {
        byte[] bytes = new byte[8_192];
        boolean kept = true;
        try {
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                remember(bytes, count);
                kept = keep(bytes, count, kept);
            }
        } catch (IOException e) {
            LOG.debug("{} ended: {}", thread.getName(), e.getMessage());
        }
    }

    /** Says once, not for every line, that a full disk loses output. */
    private boolean keep(byte[] bytes, int count, boolean keptBefore) {
        try {
            sink.write(bytes, count);
            return true;
        } catch (IOException e) {
            if (keptBefore) {
                LOG.warn(
                        "DATABASE_LOG_INCOMPLETE: {} cannot be kept and is dropped for now: {}",
                        thread.getName(),
                        e.toString());
            }
            return false;
        }
    }

    private synchronized void remember(byte[] bytes, int count) {
        byte[] all = Arrays.copyOf(tail, tail.length + count);
        System.arraycopy(bytes, 0, all, tail.length, count);
        tail = all.length <= TAIL_BYTES ? all : Arrays.copyOfRange(all, all.length - TAIL_BYTES, all.length);
    }

    synchronized String tail() {
        return new String(tail, StandardCharsets.UTF_8);
    }

    String lastLines(int count) {
        List<String> lines = tail().lines().toList();
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }

    void awaitEnd(Duration limit) throws InterruptedException {
        TimeUnit.MILLISECONDS.timedJoin(thread, limit.toMillis());
    }
}
