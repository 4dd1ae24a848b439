package org.steadfast.it.benchmark;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Asks the same thing again and again, so many at a time, and knows how long each answer took. */
final class RoundTrips {
    private static final long LONGEST_MICROS = 60_000_000L;

    private RoundTrips() {}

    /** @param micros from asking to the answer */
    record Result(double perSecond, Histogram micros) {
        double p50() {
            return micros.getValueAtPercentile(50) / 1e3;
        }

        double p99() {
            return micros.getValueAtPercentile(99) / 1e3;
        }
    }

    static Result of(int outstanding, Duration time, Supplier<CompletableFuture<?>> ask) throws InterruptedException {
        Histogram micros = new ConcurrentHistogram(LONGEST_MICROS, 3);
        Semaphore free = new Semaphore(outstanding);
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
            free.acquire();
            long asked = System.nanoTime();
            var unused = ask.get().whenComplete((answer, failure) -> {
                if (failure == null) {
                    micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - asked));
                }
                free.release();
            });
        }
        free.acquire(outstanding);
        return new Result(micros.getTotalCount() * 1e9 / (System.nanoTime() - start), micros);
    }
}
