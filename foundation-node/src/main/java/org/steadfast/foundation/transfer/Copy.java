package org.steadfast.foundation.transfer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies one file, block after block. A device that goes away and comes back before the idle timeout goes on with the block that was not
 * answered: what is read is read again, and of what was written the device is asked how much is there. At the end both ends must have the
 * same checksum. Run once, by one thread.
 */
final class Copy {
    private static final Logger log = LoggerFactory.getLogger(Copy.class);
    private static final long PAUSE_MILLIS = 500;
    private static final int MOST_BEGINNINGS = 3;
    /** However long the copy has stood still, what takes a device long is tried so often. */
    private static final int LEAST_ATTEMPTS = 2;
    /** What is said where it is so. */
    static final String NOT_KNOWN = "whether the file is in its place is not known, look at it";

    private final Source source;
    private final Target target;
    private final Terms terms;
    private final Progress progress;
    private final Clock clock;
    private final MessageDigest digest = md5();
    /** When a block was last copied, by {@link System#nanoTime}. */
    private long lastDone = System.nanoTime();

    private TransferJob job;
    /** Whether the file may be in its place already. */
    private boolean isCommitting;

    /**
     * How a file is copied.
     *
     * @param timeout for all of it; empty for none
     */
    record Terms(int blockBytes, Duration idleTimeout, Optional<Duration> timeout) {}

    /** Hears how far the copy is. */
    interface Progress {
        /** @return whether somebody wants the end, as far as is known */
        boolean told(TransferJob job) throws InterruptedException;

        /**
         * The last moment at which somebody may want the end; who wants it later is told that it is too late.
         *
         * @return whether somebody wants it
         * @throws TransferException {@link TransferException.Kind#AWAY} where that cannot be found out now
         */
        boolean isLastChanceTaken(TransferJob job) throws TransferException, InterruptedException;
    }

    /** Somebody wants the end. */
    private static final class CancelledException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** The target has something else than it should: all is to be written again. */
    private static final class BeginAgainException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** Something that is done with an end. */
    @FunctionalInterface
    private interface Step<T> {
        T take() throws TransferException, InterruptedException;
    }

    Copy(TransferJob job, Source source, Target target, Terms terms, Progress progress, Clock clock) {
        this.job = job;
        this.source = source;
        this.target = target;
        this.terms = terms;
        this.progress = progress;
        this.clock = clock;
    }

    /**
     * Copies the file, and tells both ends.
     *
     * @return the job at its end, whatever it is; an interrupt ends it as well
     */
    TransferJob run() {
        try (source;
                target) {
            TransferJob end = end();
            try {
                source.ended(end);
                target.ended(end);
            } catch (InterruptedException e) {
                log.info("The ends of copy {} were not told, the node is stopping", job.id(), e);
            } catch (RuntimeException e) {
                // It has ended as it has, whoever hears of it.
                log.error("COPY_UNTOLD: the ends of copy {} were not told", job.id(), e);
            }
            return end;
        }
    }

    private TransferJob end() {
        try {
            return copied();
        } catch (CancelledException e) {
            log.debug("Copy {} was cancelled", job.id(), e);
            return job.ended(TransferState.CANCELLED, "cancelled", clock.millis());
        } catch (TransferException e) {
            log.info("Copy {} of {} to {} failed: {}", job.id(), job.source(), job.target(), e.getMessage());
            return failed(e.getMessage());
        } catch (InterruptedException e) {
            log.debug("Copy {} ends with its node", job.id(), e);
            return failed("the node that copied it has stopped; begin again");
        } catch (RuntimeException e) {
            log.error("COPY_FAILED: copy {} of {} to {} failed", job.id(), job.source(), job.target(), e);
            return failed("it failed for a reason that the node's log tells");
        }
    }

    /** What has begun to be put to its place may be there. */
    private TransferJob failed(String why) {
        return job.ended(TransferState.FAILED, isCommitting ? NOT_KNOWN + ": " + why : why, clock.millis());
    }

    private TransferJob copied() throws TransferException, CancelledException, InterruptedException {
        for (int beginning = 1; beginning <= MOST_BEGINNINGS; beginning++) {
            try {
                return copy(beginning == 1);
            } catch (BeginAgainException e) {
                log.info("Copy {} begins again: {} has something else of it", job.id(), job.target(), e);
            }
        }
        throw new TransferException(
                TransferException.Kind.FAILED,
                job.target() + " never had what was written to it, in " + MOST_BEGINNINGS + " attempts");
    }

    private TransferJob copy(boolean isFirst)
            throws TransferException, BeginAgainException, CancelledException, InterruptedException {
        digest.reset();
        // A device that is not there at the beginning is not waited for.
        long size = isFirst ? source.open(job) : patiently(source::rewind);
        tell(size, 0);
        if (isFirst) {
            target.begin(job, size);
        } else {
            patiently(() -> {
                target.begin(job, size);
                return true;
            });
        }
        int blockBytes = Math.min(terms.blockBytes(), Math.min(source.blockBytes(), target.blockBytes()));
        long offset = 0;
        lastDone = System.nanoTime();
        while (offset < size) {
            long at = offset;
            int count = (int) Math.min(blockBytes, size - offset);
            byte[] block = patiently(() -> source.read(at, count));
            digest.update(block);
            write(at, block);
            offset += block.length;
            lastDone = System.nanoTime();
            tell(size, offset);
        }
        String checksum = HexFormat.of().formatHex(digest.digest());
        requireSame(checksum, patiently(source::checksum));
        lastDone = System.nanoTime();
        // A device may write a block twice that it was late with.
        Optional<String> arrived = patiently(target::length) == size ? patiently(target::checksum) : Optional.of("");
        if (arrived.isPresent() && !arrived.get().equalsIgnoreCase(checksum)) {
            throw new BeginAgainException();
        }
        lastDone = System.nanoTime();
        if (patiently(() -> progress.isLastChanceTaken(job))) {
            throw new CancelledException();
        }
        isCommitting = true;
        commit(checksum);
        return job.validated(checksum, clock.millis());
    }

    /** Nobody can want the end any more; what is not answered is asked for again until it is known. */
    private void commit(String checksum) throws TransferException, InterruptedException {
        lastDone = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try {
                target.commit(checksum);
                return;
            } catch (TransferException e) {
                // What is refused at once was not done.
                isCommitting = attempt > 1 || e.kind() != TransferException.Kind.REFUSED;
                requireAway(e, attempt);
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
    }

    /** Devices add what comes to its end, so a block is never written twice. */
    private void write(long offset, byte[] block)
            throws TransferException, BeginAgainException, CancelledException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                target.write(offset, block);
                return;
            } catch (TransferException e) {
                awaitReturn(e, attempt);
            }
            long there = patiently(target::length);
            if (there == offset + block.length) {
                return;
            }
            if (there != offset) {
                throw new BeginAgainException();
            }
        }
    }

    private void requireSame(String checksum, Optional<String> ofSource) throws TransferException {
        if (ofSource.isPresent() && !ofSource.get().equalsIgnoreCase(checksum)) {
            throw new TransferException(
                    TransferException.Kind.FAILED,
                    job.source() + " has the checksum " + ofSource.get() + ", and " + checksum
                            + " was copied: it was changed meanwhile; nothing was put in its place");
        }
    }

    /** Takes a step again and again while a device is away. */
    private <T> T patiently(Step<T> step) throws TransferException, CancelledException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return step.take();
            } catch (TransferException e) {
                awaitReturn(e, attempt);
            }
        }
    }

    /** Waits a moment for a device that is away, unless the copy stands still for too long already; throws whatever else it is. */
    private void awaitReturn(TransferException failure, int attempt)
            throws TransferException, CancelledException, InterruptedException {
        requireAway(failure, attempt);
        log.debug("Copy {} waits: {}", job.id(), failure.getMessage());
        tell(job.size(), job.moved());
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }

    private void requireAway(TransferException failure, int attempt) throws TransferException {
        boolean isTooLong = attempt >= LEAST_ATTEMPTS
                && System.nanoTime() - lastDone > terms.idleTimeout().toNanos();
        if (failure.kind() != TransferException.Kind.AWAY || isTooLong) {
            throw failure;
        }
    }

    private void tell(long size, long moved) throws TransferException, CancelledException, InterruptedException {
        job = job.active(size, moved);
        if (progress.told(job)) {
            throw new CancelledException();
        }
        if (terms.timeout().isPresent()
                && clock.millis() - job.startTime() > terms.timeout().get().toMillis()) {
            throw new TransferException(
                    TransferException.Kind.FAILED,
                    "it took longer than its timeout, " + terms.timeout().get().toMillis() + " ms");
        }
    }

    /** What device SDKs compute; nothing that is secret depends on it. */
    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
