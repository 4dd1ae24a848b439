package org.steadfast.foundation.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldBytesTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final HeldBytes held = new HeldBytes(1000, registry);
    private final List<String> read = new ArrayList<>();
    private final HeldBytes.OfLink one = held.new OfLink(() -> read.add("one"));
    private final HeldBytes.OfLink two = held.new OfLink(() -> read.add("two"));

    @Test
    void aLinkIsNotReadWhileItHoldsHalfOfAll() {
        one.take(499);
        one.readOn();
        assertThat(read).containsExactly("one");
        one.take(1);
        one.readOn();
        two.readOn();
        assertThat(read).containsExactly("one", "two");
        assertThat(one.isPaused()).isTrue();
        assertThat(registry.get("steadfast.links.paused").gauge().value()).isEqualTo(1);
        one.giveBack(1);
        assertThat(read).containsExactly("one", "two", "one");
        assertThat(one.isPaused()).isFalse();
    }

    @Test
    void noLinkIsReadWhileAllHoldTooMuch() {
        HeldBytes.OfLink three = held.new OfLink(() -> read.add("three"));
        one.take(400);
        two.take(600);
        three.readOn();
        assertThat(read).isEmpty();
        two.giveBack(1);
        assertThat(read).containsExactly("three");
        assertThat(registry.get("steadfast.links.bytes.held").gauge().value()).isEqualTo(999);
    }

    @Test
    void aLinkThatHasEndedIsNotRead() {
        one.take(1000);
        one.readOn();
        one.end();
        one.giveBack(1000);
        one.readOn();
        assertThat(read).isEmpty();
        assertThat(registry.get("steadfast.links.bytes.held").gauge().value()).isZero();
    }

    @Test
    void longAnswersAreRefusedWhereMemoryIsFull() {
        HeldBytes more = new HeldBytes(1 << 20, new SimpleMeterRegistry());
        HeldBytes.OfLink link = more.new OfLink(() -> {});
        link.take((1 << 20) + (400 << 10));
        assertThat(link.fits(100 << 10)).isTrue();
        assertThat(link.fits(200 << 10)).isFalse();
        assertThat(link.fits(1 << 10)).isTrue();
    }
}
