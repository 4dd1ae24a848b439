package org.steadfast.coordination.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private final Readiness readiness = new Readiness();

    @Test
    void withoutConditionsItIsThere() {
        assertThat(readiness.isReady()).isTrue();
        assertThat(readiness.unmet()).isEmpty();
    }

    @Test
    void isThereOnceEveryConditionIsMet() {
        Readiness.Condition state = readiness.condition("shared state", "not joined yet");
        Readiness.Condition start = readiness.condition("start", "starting");
        assertThat(readiness.isReady()).isFalse();
        state.met();
        assertThat(readiness.unmet()).containsExactly(Map.entry("start", "starting"));
        start.met();
        assertThat(readiness.isReady()).isTrue();
    }

    @Test
    void isLostAgainWithANewReason() {
        Readiness.Condition state = readiness.condition("shared state", "not joined yet");
        state.met();
        state.unmet("loading: 1 %");
        state.unmet("loading: 41 %");
        assertThat(readiness.isReady()).isFalse();
        assertThat(readiness.unmet()).containsExactly(Map.entry("shared state", "loading: 41 %"));
    }

    @Test
    void conditionsStandInTheOrderOfTheirNames() {
        for (String name : new String[] {"links", "start", "database", "shared state", "coordinator"}) {
            readiness.condition(name, "away");
        }
        assertThat(readiness.unmet().keySet())
                .containsExactly("coordinator", "database", "links", "shared state", "start");
    }

    @Test
    void whatWasReadDoesNotChange() {
        Readiness.Condition state = readiness.condition("shared state", "not joined yet");
        Map<String, String> unmet = readiness.unmet();
        state.met();
        assertThat(unmet).hasSize(1);
        assertThatThrownBy(unmet::clear).isInstanceOf(UnsupportedOperationException.class);
    }
}
