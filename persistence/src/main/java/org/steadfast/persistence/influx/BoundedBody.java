package org.steadfast.persistence.influx;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer, whose reading ends at a time whatever the other side does: the client's own timeout ends with the headers. Read
 * by one thread.
 */
final class BoundedBody implements AutoCloseable {
    private final InputStream in;
    /** Completed when the body is closed, and true where the time has done it. */
    private final CompletableFuture<Boolean> end = new CompletableFuture<>();

    BoundedBody(InputStream in, long millis) {
        this.in = in;
        var unused = end.completeOnTimeout(true, Math.max(1, millis), TimeUnit.MILLISECONDS)
                .thenRun(this::closeStream);
    }

    /** Ends, or fails, when the time is over. */
    InputStream in() {
        return in;
    }

    /** Whether what was read may be only a part, because the time is over. */
    boolean isOverdue() {
        return end.getNow(false);
    }

    private void closeStream() {
        try {
            in.close();
        } catch (IOException e) {
            // Nothing more is wanted of it.
            return;
        }
    }

    /** Lets InfluxDB know that nothing more is wanted. */
    @Override
    public void close() {
        end.complete(false);
    }
}
