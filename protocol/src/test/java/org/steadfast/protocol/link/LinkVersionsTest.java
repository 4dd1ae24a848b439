package org.steadfast.protocol.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkVersionsTest {
    @ParameterizedTest
    @ValueSource(strings = {"3", "3,4", "4, 3", "2,3,x"})
    void takesWhatBothSpeak(String offered) {
        assertThat(LinkVersions.choose(offered)).hasValue(3);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "2", "4", "33", "3.0", "-3", "99999999999999999999"})
    void takesNothingElse(String offered) {
        assertThat(LinkVersions.choose(offered)).isEmpty();
    }

    @Test
    void whatIsOfferedIsTaken() {
        assertThat(LinkVersions.choose(LinkVersions.offer())).hasValue(LinkCodec.VERSION);
    }
}
