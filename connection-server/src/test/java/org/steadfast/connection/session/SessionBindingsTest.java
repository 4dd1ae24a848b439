package org.steadfast.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.steadfast.protocol.link.LinkFrame;

class SessionBindingsTest {
    private static final LinkFrame.Binding EARLIER = new LinkFrame.Binding("*1", "Pump1", 7);
    private static final LinkFrame.Binding LATER = new LinkFrame.Binding("*1", "Pump1", 9);

    private final AtomicInteger total = new AtomicInteger();
    private final SessionBindings bindings = new SessionBindings(total);

    @Test
    void whatIsReadAfterTheEndIsStillOfTheBinding() {
        bindings.add(List.of(EARLIER));
        assertThat(bindings.end()).containsExactly(EARLIER);
        assertThat(bindings.find("*1")).contains(EARLIER);
        assertThat(bindings.all()).isEmpty();
        assertThat(total).hasValue(0);
        assertThat(bindings.add(List.of(LATER))).isFalse();
    }

    @Test
    void aThingThatWasLostIsSpokenForUnderTheBindingThatItHad() {
        bindings.add(List.of(EARLIER));
        assertThat(bindings.superseded("Pump1", 8)).isTrue();
        assertThat(bindings.find("*1")).contains(EARLIER);
        assertThat(bindings.bound("Pump1", 7)).isEmpty();

        bindings.add(List.of(LATER));
        assertThat(bindings.find("*1")).contains(LATER);
        assertThat(total).hasValue(1);
    }

    /** Its device has said so, and whatever it says of it now it says as anybody may. */
    @Test
    void aThingThatTheDeviceHasLetGoIsNotItsOwnAnyMore() {
        bindings.add(List.of(EARLIER));
        bindings.remove(List.of("*1"));
        assertThat(bindings.find("*1")).isEmpty();
    }
}
