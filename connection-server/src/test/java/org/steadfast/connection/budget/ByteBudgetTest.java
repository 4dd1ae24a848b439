package org.steadfast.connection.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
    private final ByteBudget budget = new ByteBudget(100);
    private final List<String> found = new ArrayList<>();

    private boolean take(long bytes, String who) {
        return budget.takeOrWait(bytes, () -> found.add(who));
    }

    @Test
    void thereIsRoomUpToTheBound() {
        assertThat(take(60, "a")).isTrue();
        assertThat(take(40, "b")).isTrue();
        assertThat(take(1, "c")).isFalse();
        assertThat(take(0, "d")).isFalse();
        assertThat(budget.used()).isEqualTo(100);
    }

    @Test
    void aLargeWishIsNotOvertakenBySmallOnes() {
        budget.take(90);
        take(50, "large");
        take(5, "small");
        budget.giveBack(30);
        assertThat(found).isEmpty();
        budget.giveBack(10);
        assertThat(found).containsExactly("large");
        assertThat(budget.used()).isEqualTo(100);
        budget.giveBack(50);
        assertThat(found).containsExactly("large", "small");
        assertThat(budget.used()).isEqualTo(55);
    }

    @Test
    void whatIsLongerThanTheBoundFitsWhenNothingElseIsHeld() {
        budget.take(1);
        assertThat(take(1000, "huge")).isFalse();
        budget.giveBack(1);
        assertThat(found).containsExactly("huge");
        assertThat(budget.used()).isEqualTo(1000);
    }

    @Test
    void notAllWhoWaitReadOnAtOnce() {
        ByteBudget large = new ByteBudget(64 << 10);
        large.take(64 << 10);
        for (int i = 0; i < 10; i++) {
            String who = "w" + i;
            large.takeOrWait(0, () -> found.add(who));
        }
        large.giveBack(20 << 10);
        assertThat(found).containsExactly("w0", "w1");
        large.giveBack(44 << 10);
        assertThat(found).hasSize(6);
        assertThat(large.waiting()).isEqualTo(4);
    }

    @Test
    void whatIsExpectedIsNotTakenAndOthersWaitForIt() {
        budget.take(100);
        budget.isRoomOrWait(60, () -> found.add("a"));
        budget.isRoomOrWait(60, () -> found.add("b"));
        budget.isRoomOrWait(60, () -> found.add("c"));
        budget.giveBack(90);
        assertThat(found).containsExactly("a", "b");
        assertThat(budget.used()).isEqualTo(10);
    }

    @Test
    void aGreaterBoundMakesRoom() {
        budget.take(100);
        take(50, "a");
        budget.limit(150);
        assertThat(found).containsExactly("a");
    }

    @Test
    void whoeverLeavesHoldsNobodyUp() {
        budget.take(90);
        ByteBudget.Waiter large = () -> found.add("large");
        assertThat(budget.takeOrWait(50, large)).isFalse();
        take(5, "small");
        assertThat(budget.leave(large)).isTrue();
        budget.giveBack(0);
        assertThat(found).containsExactly("small");
        assertThat(budget.leave(large)).isFalse();
    }
}
