package org.steadfast.it.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RegisterCheckerTest {

    @Nested
    class MustFail {
        @Test
        void aStaleReadAfterANewerAcknowledgedWrite() {
            Story story = new Story().wrote(1, 0, 10).wrote(2, 20, 30).read(1, 40, 50);
            assertThat(story.kinds()).containsExactly(Violation.Kind.WENT_BACK);
        }

        @Test
        void aReadThatGoesBack() {
            Story story = new Story().wrote(1, 0, 100).wrote(2, 0, 100).read(1, 10, 20);
            story.read(2, 30, 40).read(1, 50, 60);
            assertThat(story.kinds()).containsExactly(Violation.Kind.WENT_BACK);
        }

        @Test
        void twoReadersThatSeeTwoConcurrentWritesInDifferentOrders() {
            Story story = new Story().wrote(1, 0, 10).wrote(2, 0, 10);
            story.read(1, 11, 12).read(2, 13, 14).read(1, 15, 16);
            assertThat(story.kinds()).containsExactly(Violation.Kind.WENT_BACK);
        }

        @Test
        void aLostWrite() {
            Story story = new Story().wrote(1, 0, 10).wrote(2, 20, 30);
            story.read(2, 40, 50).read(1, 60, 70);
            assertThat(story.kinds()).containsExactly(Violation.Kind.WENT_BACK);
        }

        @Test
        void aLostFirstWrite() {
            Story story = new Story().wrote(1, 0, 10).readNothing(20, 30);
            assertThat(story.kinds()).containsExactly(Violation.Kind.WENT_BACK);
        }

        @Test
        void nothingReadAfterAValueWasRead() {
            Story story = new Story().unknown(1, 0, 10).read(1, 20, 30).readNothing(40, 50);
            assertThat(story.kinds()).containsExactly(Violation.Kind.WENT_BACK);
        }

        @Test
        void aReadOfAFailedWrite() {
            Story story = new Story().failed(1, 0, 10).read(1, 20, 30);
            assertThat(story.kinds()).containsExactly(Violation.Kind.FAILED_WRITE_READ);
        }

        @Test
        void aReadOfAFailedWriteEvenWhileItWasUnderWay() {
            Story story = new Story().failed(1, 0, 10).read(1, 2, 8);
            assertThat(story.kinds()).containsExactly(Violation.Kind.FAILED_WRITE_READ);
        }

        @Test
        void aReadOfAValueThatNobodyWrote() {
            Story story = new Story().wrote(1, 0, 10).read(7, 20, 30);
            assertThat(story.kinds()).containsExactly(Violation.Kind.NEVER_WRITTEN);
        }

        @Test
        void aReadBeforeItsWriteBegan() {
            Story story = new Story().read(1, 0, 10).wrote(1, 20, 30);
            assertThat(story.kinds()).contains(Violation.Kind.READ_BEFORE_WRITE);
        }

        @Test
        void aReadBeforeItsWriteOfUnknownOutcomeBegan() {
            Story story = new Story().read(1, 0, 10).unknown(1, 20, 30);
            assertThat(story.kinds()).contains(Violation.Kind.READ_BEFORE_WRITE);
        }

        @Test
        void anUnknownWriteThatTookEffectAndWasUndone() {
            Story story = new Story().wrote(1, 0, 10).unknown(2, 20, 30);
            story.read(2, 40, 50).read(1, 60, 70);
            assertThat(story.kinds()).containsExactly(Violation.Kind.WENT_BACK);
        }

        @Test
        void anUnknownWriteThatTookEffectTwice() {
            Story story = new Story().unknown(1, 0, 10).read(1, 20, 30);
            story.wrote(2, 40, 50).read(1, 60, 70);
            assertThat(story.kinds()).containsExactly(Violation.Kind.WENT_BACK);
        }

        @Test
        void aWriteInTheMiddleOfReadsOfAnother() {
            Story story = new Story().wrote(1, 0, 10).wrote(2, 30, 40);
            story.read(1, 20, 25).read(1, 50, 60);
            assertThat(story.kinds()).containsExactly(Violation.Kind.WENT_BACK);
        }

        @Test
        void threeValuesInACircle() {
            Story story = new Story().wrote(1, 0, 10).wrote(2, 5, 20).wrote(3, 15, 30);
            story.read(3, 35, 40).read(1, 45, 50);
            assertThat(story.kinds()).isNotEmpty().containsOnly(Violation.Kind.WENT_BACK);
        }

        @Test
        void aSecondViolationIsToldToo() {
            Story story = new Story().wrote(1, 0, 10).wrote(2, 20, 30).read(1, 40, 50);
            story.wrote(3, 60, 70).wrote(4, 80, 90).read(3, 100, 110);
            assertThat(story.kinds()).containsExactly(Violation.Kind.WENT_BACK, Violation.Kind.WENT_BACK);
        }

        @Test
        void aStaleReadInsideTheStretchOfAnotherValueIsToldByThatValue() {
            Story story = new Story().wrote(1, 0, 10).wrote(2, 20, 30).read(2, 40, 50);
            story.read(1, 60, 70).read(2, 80, 90);
            assertThat(story.kinds()).containsExactly(Violation.Kind.WENT_BACK);
        }
    }

    @Nested
    class MustPass {
        @Test
        void nothingAtAll() {
            assertThat(new Story().violations()).isEmpty();
        }

        @Test
        void readsOfAPropertyThatWasNeverSet() {
            assertThat(new Story().readNothing(0, 10).readNothing(20, 30).violations())
                    .isEmpty();
        }

        @Test
        void oneAfterTheOther() {
            Story story = new Story().readNothing(0, 5).wrote(1, 10, 20).read(1, 30, 40);
            assertThat(story.wrote(2, 50, 60).read(2, 70, 80).violations()).isEmpty();
        }

        @Test
        void concurrentWritesInEitherOrder() {
            assertThat(new Story()
                            .wrote(1, 0, 10)
                            .wrote(2, 5, 15)
                            .read(1, 20, 30)
                            .violations())
                    .isEmpty();
            assertThat(new Story()
                            .wrote(1, 0, 10)
                            .wrote(2, 5, 15)
                            .read(2, 20, 30)
                            .violations())
                    .isEmpty();
        }

        @Test
        void concurrentWritesThatAreSeenOneAfterTheOther() {
            Story story = new Story().wrote(1, 0, 100).wrote(2, 0, 100).wrote(3, 0, 100);
            story.read(3, 10, 20).read(3, 30, 40).read(1, 50, 60).read(2, 70, 80);
            assertThat(story.violations()).isEmpty();
        }

        @Test
        void aReadWhileAWriteIsUnderWayMaySeeEither() {
            Story story = new Story().wrote(1, 0, 10).wrote(2, 20, 60);
            story.read(1, 25, 30).read(2, 35, 40).read(2, 45, 50);
            assertThat(story.violations()).isEmpty();
        }

        @Test
        void aReadThatBeganBeforeANewerWriteMayAnswerLate() {
            Story story = new Story().wrote(1, 0, 10).read(1, 15, 100).wrote(2, 20, 30);
            assertThat(story.read(2, 40, 50).violations()).isEmpty();
        }

        @Test
        void anUnknownWriteThatNeverTookEffect() {
            Story story = new Story().wrote(1, 0, 10).unknown(2, 20, 30);
            assertThat(story.read(1, 40, 50).read(1, 60, 70).violations()).isEmpty();
        }

        @Test
        void anUnknownWriteThatTookEffectLate() {
            Story story = new Story().wrote(1, 0, 10).unknown(2, 20, 30);
            story.read(1, 40, 50).read(2, 60, 70);
            assertThat(story.violations()).isEmpty();
        }

        @Test
        void anUnknownWriteThatTookEffectAfterNewerOnes() {
            Story story = new Story().unknown(1, 0, 10).wrote(2, 20, 30).read(2, 40, 50);
            story.wrote(3, 60, 70).read(3, 80, 90).read(1, 100, 110);
            assertThat(story.violations()).isEmpty();
        }

        @Test
        void anUnknownWriteThatWasOverwrittenUnseen() {
            Story story = new Story().unknown(1, 0, 10).wrote(2, 20, 30).read(2, 40, 50);
            assertThat(story.violations()).isEmpty();
        }

        @Test
        void aFailedWriteThatNobodySaw() {
            Story story = new Story().wrote(1, 0, 10).failed(2, 20, 30).read(1, 40, 50);
            assertThat(story.violations()).isEmpty();
        }

        @Test
        void operationsThatOnlyTouch() {
            Story story = new Story().wrote(1, 0, 10).wrote(2, 10, 20).read(1, 20, 30);
            assertThat(story.violations()).isEmpty();
        }

        @Test
        void aReadThatAnswersInTheMomentInWhichItsWriteBegins() {
            assertThat(new Story().read(1, 0, 10).wrote(1, 10, 20).violations()).isEmpty();
        }
    }

    @Test
    void aValueMustBeWrittenOnce() {
        Story story = new Story().wrote(1, 0, 10).wrote(1, 20, 30);
        assertThatThrownBy(story::violations)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 was written twice");
    }

    @Test
    void propertiesAreCheckedApart() {
        History history = new History();
        history.add(Operation.write("A", "c", "n", 1, 0, 10, Operation.Outcome.OK));
        history.add(Operation.read("B", "c", "n", OptionalLong.empty(), 20, 30));
        assertThat(new RegisterChecker().check(history)).isEmpty();
        history.add(Operation.read("A", "c", "n", OptionalLong.empty(), 20, 30));
        assertThat(new RegisterChecker().check(history))
                .extracting(Violation::property)
                .containsExactly("A");
    }

    @Test
    void theReportNamesTheOperationsThatContradictEachOther() {
        Story story = new Story()
                .wrote(1, 0, 1_000_000_000L)
                .wrote(2, 2_000_000_000L, 2_500_000_000L)
                .read(1, 3_000_000_000L, 3_001_000_000L);
        List<String> lines = story.violations().get(0).report().lines().toList();
        assertThat(lines)
                .containsExactly(
                        "Tank.level: WENT_BACK: 1 held before 2, and after it again",
                        "       0.000 s ..      1.000 s  writer1    wrote 1            to foundation1, acknowledged",
                        "       2.000 s ..      2.500 s  writer2    wrote 2            to foundation1, acknowledged",
                        "       3.000 s ..      3.001 s  reader     read  1            from foundation2");
    }

    @Test
    void theReportOfALostFirstWriteNamesIt() {
        Story story = new Story().wrote(1, 0, 10).readNothing(20, 30);
        assertThat(story.violations().get(0).report())
                .contains("nothing (never set) held before 1, and after it again")
                .contains("wrote 1")
                .contains("read  nothing");
    }
}
