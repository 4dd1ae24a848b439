package org.steadfast.foundation.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileMaskTest {
    @ParameterizedTest
    @CsvSource({
        "*, a.txt, true", "*.txt, a.txt, true", "*.txt, a.txt.zip, false", "a*t, a.txt, true", "a?txt, a.txt, true",
                "?, ab, false",
        "a, a, true", "a, A, false", "**b*, aab, true", "*a*b*c*, xaxbxcx, true", "*a*b*c*, xaxcxbx, false",
                "[a], a, false",
        "a.txt?, a.txt, false"
    })
    void matches(String mask, String name, boolean isMeant) {
        assertThat(FileMask.matches(mask, name)).isEqualTo(isMeant);
    }

    @Test
    @Timeout(20)
    void takesNoMaskForLong() {
        assertThat(FileMask.matches("*a".repeat(1_000) + "b", "a".repeat(255))).isFalse();
        assertThat(FileMask.matches("*".repeat(1_000_000), "a".repeat(255))).isTrue();
    }
}
