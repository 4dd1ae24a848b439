package org.steadfast.foundation.rest;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Room for the bodies of requests that are worked on at the same time: a body takes several times its length of memory until it is answered,
 * and as many of the longest as there are threads would take more than there is. Safe for use by several threads.
 */
final class BodyRoom {
    /** Bodies of this length take no room: all threads together have little of them. */
    static final int FREE_BYTES = 64 << 10;

    private static final long PATIENCE_MILLIS = 2_000;

    /** In kilobytes. Fair, so that long bodies are not passed by shorter ones for ever. */
    private final Semaphore free;

    private final int size;

    /** @param bytes that bodies may have together; the longest body must fit */
    BodyRoom(long bytes, MeterRegistry registry) {
        this.size = kilobytes(bytes);
        this.free = new Semaphore(size, true);
        Gauge.builder("steadfast.rest.bodies.bytes", free, room -> (size - room.availablePermits()) * 1024.0)
                .description("Bytes of request bodies longer than 64 KiB that are worked on")
                .register(registry);
    }

    private static int kilobytes(long bytes) {
        return Math.toIntExact((bytes + 1023) / 1024);
    }

    /** Room for one request, none at first. */
    Share share() {
        return new Share();
    }

    /** What one request has. Grown by the thread that reads the body, given back once by whoever answers it. */
    final class Share implements AutoCloseable {
        /** Guarded by this. */
        private int held;

        /** Guarded by this. */
        private boolean isOver;

        /**
         * Takes room for all of the body that has come or is to come; waits for it for 2 s.
         *
         * @throws RestException 503 if there is none by then
         */
        void grow(long bytes) throws RestException {
            int wanted = bytes <= FREE_BYTES ? 0 : kilobytes(bytes);
            int more = wanted - held();
            if (more <= 0) {
                return;
            }
            try {
                if (!free.tryAcquire(more, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new RestException(
                            503,
                            "too many long requests are worked on at the same time; nothing was done, try again in a while");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RestException(503, "the node is stopping; nothing was done", e);
            }
            add(more);
        }

        private synchronized int held() {
            return held;
        }

        private synchronized void add(int more) {
            held += more;
            if (isOver) {
                // Answered meanwhile, by its deadline.
                free.release(held);
                held = 0;
            }
        }

        @Override
        public synchronized void close() {
            isOver = true;
            free.release(held);
            held = 0;
        }
    }
}
