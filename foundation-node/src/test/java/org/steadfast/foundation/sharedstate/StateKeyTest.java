package org.steadfast.foundation.sharedstate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.steadfast.persistence.store.PropertyKey;

class StateKeyTest {

    @Test
    void tellsThingsAndPropertiesApart() {
        assertThat(StateKey.of(new PropertyKey(35, "p"))).isEqualTo("z/p");
        assertThat(StateKey.of(36, "p")).isEqualTo("10/p");
        assertThat(StateKey.of(1, "a/b")).isEqualTo("1/a/b").isNotEqualTo(StateKey.of(1, "a"));
        assertThat(StateKey.of(1, "")).isEqualTo("1/");
    }

    @Test
    void keepsAllValuesOfAThingTogether() {
        assertThat(StateKey.thingPart(StateKey.of(123456789, "a/b")))
                .isEqualTo(StateKey.thingPart(StateKey.of(123456789, "other")))
                .isNotEqualTo(StateKey.thingPart(StateKey.of(12345678, "9/a")));
        assertThat(StateKey.thingPart("without a slash")).isEqualTo("without a slash");

        ThingAffinity affinity = new ThingAffinity();
        assertThat(affinity.affinityKey(StateKey.of(35, "p"))).isEqualTo("z");
        assertThat(affinity.affinityKey(35)).isEqualTo(35);
    }
}
