package org.steadfast.coordination.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorrelationTest {
    @Test
    void lastsAsLongAsItsScopeAndGivesWayToTheOneBefore() {
        assertThat(Correlation.current()).isEmpty();
        try (Correlation.Scope outer = Correlation.of("outer")) {
            try (Correlation.Scope inner = Correlation.of("inner")) {
                assertThat(Correlation.current()).isEqualTo("inner");
            }
            try (Correlation.Scope none = Correlation.of("")) {
                assertThat(Correlation.current()).isEmpty();
            }
            assertThat(Correlation.current()).isEqualTo("outer");
        }
        assertThat(Correlation.current()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "4bf92f3577b34da6", "e7f0a2c4-9a57-4d0b-9d0e-1f9d0c1b2a3e", "connection1/5d2f/17/42"})
    void takesWhatOthersCallTheirRequests(String id) {
        assertThat(Correlation.isAcceptable(id)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "a\nb",
                "]",
                "ä",
                "12345678901234567890123456789012345678901234567890123456789012345"
            })
    void takesNothingThatCouldMakeUpLinesOfTheLog(String id) {
        assertThat(Correlation.isAcceptable(id)).isFalse();
    }
}
