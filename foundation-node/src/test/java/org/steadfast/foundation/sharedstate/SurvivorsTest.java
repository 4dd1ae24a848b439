package org.steadfast.foundation.sharedstate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SurvivorsTest {
    private static final List<String> THREE = List.of("a", "b", "c");

    @Test
    void everybodyGoesOnWhereEverybodyReachesEverybody() {
        assertThat(Survivors.of(THREE, Map.of())).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(Survivors.of(THREE, Map.of("a", Set.of("gone")))).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void theOneThatNobodyReachesDoesNot() {
        assertThat(Survivors.of(THREE, Map.of("a", Set.of("c"), "b", Set.of("c"))))
                .containsExactlyInAnyOrder("a", "b");
        assertThat(Survivors.of(THREE, Map.of("a", Set.of("b", "c")))).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void theOlderStaysOfTwoThatDoNotReachEachOther() {
        assertThat(Survivors.of(List.of("a", "b"), Map.of("b", Set.of("a")))).containsExactly("a");
        assertThat(Survivors.of(THREE, Map.of("a", Set.of("b")))).containsExactlyInAnyOrder("a", "c");
        assertThat(Survivors.of(THREE, Map.of("b", Set.of("c")))).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void oneSidesWordIsEnough() {
        assertThat(Survivors.of(THREE, Map.of("c", Set.of("b")))).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void theLargerSideOfASplitGoesOnEvenIfItIsYounger() {
        List<String> five = List.of("a", "b", "c", "d", "e");
        assertThat(Survivors.of(five, Map.of("a", Set.of("c", "d", "e"), "b", Set.of("c", "d", "e"))))
                .containsExactlyInAnyOrder("c", "d", "e");
    }

    @Test
    void nobodyReachesAnybody() {
        assertThat(Survivors.of(THREE, Map.of("a", Set.of("b", "c"), "b", Set.of("c"))))
                .containsExactly("a");
    }
}
