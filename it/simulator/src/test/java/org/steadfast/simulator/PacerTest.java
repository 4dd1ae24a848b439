package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PacerTest {
    private static final long MILLISECOND = 1_000_000;

    @Test
    void keeps_the_interval() {
        Pacer pacer = new Pacer(10);
        pacer.start(0);
        long first = pacer.due();
        assertThat(first).isBetween(0L, 100 * MILLISECOND);
        assertThat(pacer.isDue(first - 1)).isFalse();
        assertThat(pacer.isDue(first)).isTrue();
        pacer.took(first + 3);
        assertThat(pacer.due()).isEqualTo(first + 100 * MILLISECOND);
    }

    @Test
    void catches_up_by_one_second_at_most() {
        Pacer pacer = new Pacer(10);
        pacer.start(0);
        long late = 60_000 * MILLISECOND;
        int sent = 0;
        while (pacer.isDue(late)) {
            pacer.took(late);
            sent++;
        }
        assertThat(sent).isBetween(11, 12);
    }

    @Test
    void rate_zero_is_always_due() {
        Pacer pacer = new Pacer(0);
        pacer.start(5);
        for (int i = 0; i < 1000; i++) {
            assertThat(pacer.isDue(5)).isTrue();
            pacer.took(5);
        }
    }
}
