package org.steadfast.foundation.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.steadfast.persistence.store.WriterId;

/** A copy between ends that go away in the middle. What the device SDKs do is tried with the real parts elsewhere. */
final class CopyTest {
    private static final int BLOCK = 100;

    private final byte[] content = new byte[10 * BLOCK + 7];
    private final FakeSource source = new FakeSource();
    private final FakeTarget target = new FakeTarget();
    private Predicate<TransferJob> told = job -> false;
    private final Deque<Fate> lastChances = new ArrayDeque<>();
    private boolean isLastChanceTaken;
    private Duration idle = Duration.ofSeconds(20);
    private Optional<Duration> timeout = Optional.empty();

    @BeforeEach
    void fill() {
        new Random(3).nextBytes(content);
    }

    /** What becomes of one step at an end. */
    private enum Fate {
        WELL,
        /** It is done, and the answer is lost. */
        UNHEARD,
        /** It is not done. */
        LOST,
        /** A part of it is done. */
        HALF,
        /** It is not done now, and done when something is asked the next time. */
        LATE,
        REFUSED,
        INTERRUPTED
    }

    private static void meet(Fate fate) throws TransferException {
        switch (fate) {
            case WELL -> {}
            case UNHEARD, LOST, HALF, LATE -> throw new TransferException(TransferException.Kind.AWAY, "away");
            case REFUSED, INTERRUPTED -> throw new TransferException(TransferException.Kind.REFUSED, "refused");
        }
    }

    private final class FakeSource implements Source {
        private final Deque<Fate> reads = new ArrayDeque<>();
        private byte[] present = content;
        private TransferJob end;
        private boolean isBroken;

        @Override
        public long open(TransferJob job) {
            return present.length;
        }

        @Override
        public long rewind() {
            return present.length;
        }

        @Override
        public int blockBytes() {
            return BLOCK;
        }

        @Override
        public byte[] read(long offset, int count) throws TransferException {
            meet(reads.isEmpty() ? Fate.WELL : reads.remove());
            return Arrays.copyOfRange(present, (int) offset, (int) offset + count);
        }

        @Override
        public Optional<String> checksum() {
            return Optional.of(md5(present));
        }

        @Override
        public void ended(TransferJob job) {
            end = job;
            if (isBroken) {
                throw new IllegalStateException("broken");
            }
        }

        @Override
        public void close() {}
    }

    /** Adds what comes to its end, as devices do. */
    private final class FakeTarget implements Target {
        private final Deque<Fate> writes = new ArrayDeque<>();
        private final Deque<Fate> commits = new ArrayDeque<>();
        private final ByteArrayOutputStream part = new ByteArrayOutputStream();
        private byte[] kept = {};
        private byte[] late = {};
        private int beginnings;
        private TransferJob end;

        @Override
        public void begin(TransferJob job, long size) {
            part.reset();
            beginnings++;
        }

        @Override
        public int blockBytes() {
            return Integer.MAX_VALUE;
        }

        @Override
        public void write(long offset, byte[] block) throws TransferException {
            part.writeBytes(late);
            late = new byte[0];
            Fate fate = writes.isEmpty() ? Fate.WELL : writes.remove();
            if (fate == Fate.LATE) {
                late = block;
            }
            int done = switch (fate) {
                case WELL, UNHEARD -> block.length;
                case HALF -> block.length / 2;
                default -> 0;
            };
            part.write(block, 0, done);
            meet(fate);
        }

        @Override
        public long length() {
            return part.size();
        }

        @Override
        public Optional<String> checksum() {
            return Optional.of(md5(part.toByteArray()));
        }

        @Override
        public void commit(String checksum) throws TransferException, InterruptedException {
            assertThat(checksum).isEqualTo(md5(part.toByteArray()));
            Fate fate = commits.isEmpty() ? Fate.WELL : commits.remove();
            if (fate == Fate.INTERRUPTED) {
                throw new InterruptedException("stopped");
            }
            if (fate == Fate.WELL || fate == Fate.UNHEARD) {
                kept = part.toByteArray();
            }
            meet(fate);
        }

        @Override
        public void ended(TransferJob job) {
            end = job;
        }

        @Override
        public void close() {}
    }

    @Test
    void copiesAllOfIt() throws Exception {
        TransferJob end = copy();
        assertThat(end.state()).isEqualTo(TransferState.VALIDATED);
        assertThat(target.kept).isEqualTo(content);
        assertThat(end.size()).isEqualTo(content.length);
        assertThat(end.checksum()).isEqualTo(md5(content));
        assertThat(source.end).isEqualTo(end);
        assertThat(target.end).isEqualTo(end);
    }

    @Test
    void aBlockWhoseFateIsNotKnownIsWrittenOnce() throws Exception {
        target.writes.add(Fate.WELL);
        target.writes.add(Fate.UNHEARD);
        target.writes.add(Fate.LOST);
        source.reads.add(Fate.WELL);
        source.reads.add(Fate.UNHEARD);
        target.commits.add(Fate.LOST);
        assertThat(copy().state()).isEqualTo(TransferState.VALIDATED);
        assertThat(target.kept).isEqualTo(content);
        assertThat(target.beginnings).isEqualTo(1);
    }

    @Test
    void whatHasArrivedInPartBeginsAgainAndNotForEver() throws Exception {
        target.writes.add(Fate.WELL);
        target.writes.add(Fate.HALF);
        assertThat(copy().state()).isEqualTo(TransferState.VALIDATED);
        assertThat(target.kept).isEqualTo(content);
        assertThat(target.beginnings).isEqualTo(2);

        for (int i = 0; i < 5; i++) {
            target.writes.add(Fate.HALF);
        }
        target.kept = new byte[0];
        TransferJob end = copy();
        assertThat(end.state()).isEqualTo(TransferState.FAILED);
        assertThat(end.message()).contains("attempts");
        assertThat(target.kept).isEmpty();
    }

    @Test
    void anEndThatStaysAwayIsGivenUp() throws Exception {
        idle = Duration.ofMillis(700);
        for (int i = 0; i < 100; i++) {
            target.writes.add(Fate.LOST);
        }
        TransferJob end = copy();
        assertThat(end.state()).isEqualTo(TransferState.FAILED);
        assertThat(end.message()).isEqualTo("away");
        assertThat(target.end.state()).isEqualTo(TransferState.FAILED);
    }

    @Test
    void whatIsRefusedIsNotTriedAgain() throws Exception {
        target.writes.add(Fate.REFUSED);
        TransferJob end = copy();
        assertThat(end.state()).isEqualTo(TransferState.FAILED);
        assertThat(end.message()).isEqualTo("refused");
        assertThat(target.beginnings).isEqualTo(1);
    }

    @Test
    void aFileThatBecameAnotherOneIsNotKept() throws Exception {
        told = job -> {
            if (job.moved() == 3 * BLOCK) {
                source.present = content.clone();
                source.present[0]++;
            }
            return false;
        };
        TransferJob end = copy();
        assertThat(end.state()).isEqualTo(TransferState.FAILED);
        assertThat(end.message()).contains("checksum").contains("device:/a/file");
        assertThat(target.kept).isEmpty();
    }

    /** Whoever has asked for the end, and was told that it comes, does not find the file. */
    @Test
    void whatIsToEndIsNotKeptEvenAtTheLastMoment() throws Exception {
        isLastChanceTaken = true;
        TransferJob end = copy();
        assertThat(end.state()).isEqualTo(TransferState.CANCELLED);
        assertThat(target.kept).isEmpty();
        assertThat(target.end).isEqualTo(end);
    }

    @Test
    void whatIsToEndIsKnownBeforeItIsPutInItsPlace() throws Exception {
        lastChances.add(Fate.LOST);
        isLastChanceTaken = true;
        assertThat(copy().state()).isEqualTo(TransferState.CANCELLED);
        assertThat(target.kept).isEmpty();
    }

    @Test
    void aBlockThatArrivesLateAndTwiceBeginsAgain() throws Exception {
        target.writes.add(Fate.WELL);
        target.writes.add(Fate.LATE);
        assertThat(copy().state()).isEqualTo(TransferState.VALIDATED);
        assertThat(target.beginnings).isEqualTo(2);
        assertThat(target.kept).isEqualTo(content);
    }

    /** Nobody may believe that what was there before still is. */
    @Test
    void whetherItIsInItsPlaceIsSaidNotToBeKnownWhereThatIsSo() throws Exception {
        idle = Duration.ofMillis(700);
        for (int i = 0; i < 100; i++) {
            target.commits.add(Fate.UNHEARD);
        }
        told = job -> job.moved() == content.length && !target.commits.isEmpty() && target.kept.length > 0;
        TransferJob end = copy();
        assertThat(end.state()).isEqualTo(TransferState.FAILED);
        assertThat(end.message()).contains("not known");

        target.commits.clear();
        told = job -> false;
        target.commits.add(Fate.INTERRUPTED);
        end = copy();
        assertThat(end.state()).isEqualTo(TransferState.FAILED);
        assertThat(end.message()).contains("stopped").contains("not known");
        assertThat(end.moved()).isEqualTo(content.length);
    }

    @Test
    void whatIsRefusedAtOnceIsKnownNotToBeThere() {
        target.commits.add(Fate.REFUSED);
        TransferJob end = copy();
        assertThat(end.state()).isEqualTo(TransferState.FAILED);
        assertThat(end.message()).isEqualTo("refused");

        target.commits.add(Fate.LOST);
        target.commits.add(Fate.REFUSED);
        assertThat(copy().message()).contains("not known").contains("refused");
    }

    @Test
    void whatIsInItsPlaceIsToldAsThatWhateverComesAfter() {
        source.isBroken = true;
        assertThat(copy().state()).isEqualTo(TransferState.VALIDATED);
    }

    @Test
    void aCopyThatTakesTooLongFails() throws Exception {
        timeout = Optional.of(Duration.ofMillis(300));
        source.reads.add(Fate.LOST);
        TransferJob end = copy();
        assertThat(end.state()).isEqualTo(TransferState.FAILED);
        assertThat(end.message()).contains("300 ms");
    }

    @Test
    void jobsTravelAsTheyAre() {
        TransferJob job = job().active(1L << 40, 5).ended(TransferState.FAILED, "why", 7);
        assertThat(TransferJob.decode(job.encode())).isEqualTo(job);
    }

    private static TransferJob job() {
        return TransferJob.begin(
                "id",
                "user",
                new WriterId("node", 3),
                new FilePlace("device", "/a/", "file"),
                new FilePlace("repository", "b", "file"),
                Clock.systemUTC().millis());
    }

    private TransferJob copy() {
        return new Copy(
                        job(),
                        source,
                        target,
                        new Copy.Terms(BLOCK * 2, idle, timeout),
                        new Copy.Progress() {
                            @Override
                            public boolean told(TransferJob job) {
                                return told.test(job);
                            }

                            @Override
                            public boolean isLastChanceTaken(TransferJob job) throws TransferException {
                                meet(lastChances.isEmpty() ? Fate.WELL : lastChances.remove());
                                return isLastChanceTaken;
                            }
                        },
                        Clock.systemUTC())
                .run();
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
