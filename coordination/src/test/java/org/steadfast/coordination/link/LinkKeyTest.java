package org.steadfast.coordination.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.coordination.settings.Secret;

class LinkKeyTest {
    private final LinkKey key = new LinkKey(new Secret("the schlüssel"));

    @Test
    void opensForItself() {
        assertThat(key.matches("the schlüssel")).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "the schlüsse", "the schlüssel ", "The schlüssel", "***", "the schl?ssel"})
    void opensForNothingElse(String shown) {
        assertThat(key.matches(shown)).isFalse();
    }

    @Test
    void isNotPrinted() {
        assertThat(key.toString()).doesNotContain("schlüssel");
    }
}
