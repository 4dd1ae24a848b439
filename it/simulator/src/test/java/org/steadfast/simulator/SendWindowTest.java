package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.steadfast.simulator.SendWindow.Outgoing;

class SendWindowTest {
    private final SendWindow window = new SendWindow(3, 10, OptionalLong.of(5));

    @Test
    void takes_no_more_than_its_limit() {
        assertThat(fresh().value()).isEqualTo(10);
        assertThat(fresh().value()).isEqualTo(11);
        Outgoing third = fresh();
        assertThat(window.hasRoom()).isFalse();
        assertThat(window.acknowledged(third)).isZero();
        assertThat(window.hasRoom()).isTrue();
        assertThat(window.progress()).isEqualTo(new Acknowledged(12, 12));
    }

    @Test
    void ends_after_its_messages() {
        for (int i = 0; i < 5; i++) {
            assertThat(window.isDone()).isFalse();
            window.acknowledged(fresh());
        }
        assertThat(window.hasRoom()).isFalse();
        assertThat(window.isDone()).isTrue();
        assertThat(window.progress()).isEqualTo(new Acknowledged(14, 14));
    }

    @Test
    void what_failed_is_sent_again_in_order_before_anything_new() {
        Outgoing first = fresh();
        Outgoing second = fresh();
        window.failed(second);
        window.failed(first);

        assertThat(window.hasRoom()).isFalse();
        assertThat(window.again()).contains(first);
        assertThat(window.again()).contains(second);
        assertThat(window.again()).isEmpty();
        assertThat(window.hasRoom()).isTrue();
        assertThat(window.progress()).isEqualTo(new Acknowledged(Acknowledged.NONE, 11));
    }

    @Test
    void nothing_is_sent_again_while_a_later_message_is_under_way() {
        Outgoing first = fresh();
        Outgoing second = fresh();
        window.failed(first);

        assertThat(window.again()).isEmpty();
        assertThat(window.hasRoom()).isFalse();
        window.failed(second);
        assertThat(window.again()).contains(first);
    }

    @Test
    void failed_message_is_superseded_once_a_later_one_is_acknowledged() {
        Outgoing first = fresh();
        Outgoing second = fresh();
        Outgoing third = fresh();
        window.failed(first);

        assertThat(window.acknowledged(second)).isEqualTo(1);
        assertThat(window.again()).isEmpty();
        assertThat(window.failed(third)).isZero();
        assertThat(window.again()).contains(third);
        assertThat(window.progress()).isEqualTo(new Acknowledged(11, 12));
    }

    @Test
    void message_that_fails_after_a_later_one_was_acknowledged_is_superseded() {
        Outgoing first = fresh();
        Outgoing second = fresh();

        assertThat(window.acknowledged(second)).isZero();
        assertThat(window.failed(first)).isEqualTo(1);
        assertThat(window.isSettled()).isTrue();
    }

    @Test
    void refused_message_is_not_sent_again_and_not_acknowledged() {
        window.refused(fresh());

        assertThat(window.isSettled()).isTrue();
        assertThat(window.again()).isEmpty();
        assertThat(window.progress()).isEqualTo(new Acknowledged(Acknowledged.NONE, 10));
    }

    private Outgoing fresh() {
        assertThat(window.hasRoom()).isTrue();
        return window.fresh(0);
    }
}
