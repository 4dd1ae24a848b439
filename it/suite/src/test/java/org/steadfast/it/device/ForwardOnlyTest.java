package org.steadfast.it.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The judge finds what is wrong, and nothing else. */
class ForwardOnlyTest {
    private final ForwardOnly judge = new ForwardOnly();

    private void read(long acknowledged, long value, long sent) {
        judge.end("foundation1", "pump1", judge.begin("pump1", acknowledged), value, sent);
    }

    @Test
    void whatCountsUpIsRight() {
        read(0, 0, 1);
        read(0, 2, 3);
        read(2, 2, 3);
        read(2, 5, 5);
        assertThat(judge.violations()).isEmpty();
        assertThat(judge.reads()).isEqualTo(4);
    }

    @Test
    void aLostValueIsFound() {
        read(3, 2, 4);
        assertThat(judge.violations())
                .containsExactly("foundation1 answered 2 for pump1, but 3 had been read or acknowledged before");
    }

    @Test
    void aValueThatWentBackIsFoundThoughItWasNeverAcknowledged() {
        read(0, 5, 6);
        read(0, 4, 6);
        assertThat(judge.violations()).hasSize(1);
    }

    @Test
    void aValueThatWasNeverSentIsFound() {
        read(0, 7, 6);
        assertThat(judge.violations())
                .containsExactly("foundation1 answered 7 for pump1, but no more than 6 had been sent");
    }

    @Test
    void readsThatOverlapMayDifferEitherWay() {
        long first = judge.begin("pump1", 0);
        long second = judge.begin("pump1", 0);
        judge.end("foundation1", "pump1", second, 5, 6);
        judge.end("foundation2", "pump1", first, 4, 6);
        assertThat(judge.violations()).isEmpty();
    }

    @Test
    void thingsAreJudgedEachByItself() {
        judge.end("foundation1", "pump1", 0, 5, 6);
        judge.end("foundation1", "pump2", judge.begin("pump2", 0), 1, 6);
        assertThat(judge.violations()).isEmpty();
    }
}
