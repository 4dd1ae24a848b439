package org.steadfast.it.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LostWriteCheckerTest {
    private static List<Violation> ending(Story story, OptionalLong value) {
        return new LostWriteChecker().check(story.history(), List.of(Story.lastRead(value, 1_000, 1_010)));
    }

    private static List<Violation> ending(Story story, long value) {
        return ending(story, OptionalLong.of(value));
    }

    @Test
    void theLastAcknowledgedValueIsThere() {
        assertThat(ending(new Story().wrote(1, 0, 10).wrote(2, 20, 30), 2)).isEmpty();
    }

    @Test
    void anAcknowledgedWriteThatIsGoneIsTold() {
        List<Violation> lost = ending(new Story().wrote(1, 0, 10).wrote(2, 20, 30), 1);
        assertThat(lost).singleElement().satisfies(violation -> {
            assertThat(violation.kind()).isEqualTo(Violation.Kind.LOST_WRITE);
            assertThat(violation.why()).isEqualTo("the acknowledged 2 is lost; foundation2 has the older 1");
            assertThat(violation.evidence()).hasSize(2);
        });
    }

    @Test
    void theFirstWriteMayBeTheLostOne() {
        List<Violation> lost = ending(new Story().wrote(1, 0, 10), OptionalLong.empty());
        assertThat(lost)
                .singleElement()
                .satisfies(violation ->
                        assertThat(violation.why()).isEqualTo("the acknowledged 1 is lost; foundation2 has nothing"));
    }

    @Test
    void ofConcurrentWritesEitherMayBeTheLast() {
        Story story = new Story().wrote(1, 0, 10).wrote(2, 5, 15);
        assertThat(ending(story, 1)).isEmpty();
        assertThat(ending(story, 2)).isEmpty();
    }

    @Test
    void anUnknownWriteMayHaveReplacedAnything() {
        assertThat(ending(new Story().unknown(1, 0, 10).wrote(2, 20, 30), 1)).isEmpty();
    }

    @Test
    void whatNobodyWroteIsForTheOtherChecker() {
        Story story = new Story().wrote(1, 0, 10);
        assertThat(ending(story, 7)).isEmpty();
        assertThat(story.read(7, 20, 30).kinds()).containsExactly(Violation.Kind.NEVER_WRITTEN);
    }

    @Test
    void whatThisFindsTheOtherCheckerFindsToo() {
        Story story = new Story().wrote(1, 0, 10).wrote(2, 20, 30).read(1, 1_000, 1_010);
        assertThat(story.kinds()).containsExactly(Violation.Kind.WENT_BACK);
    }
}
