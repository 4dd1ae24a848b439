package org.steadfast.distribution.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.steadfast.protocol.release.Generation;

class NodeMetersTest {
    @Test
    void tellTheGenerationOfANode() {
        assertThat(new NodeMeters(
                                "# TYPE steadfast_version gauge\n"
                                        + "steadfast_version{generation=\"3\",node=\"f1\",oldest=\"2\",role=\"r\",version=\"1.0\"} 1.0\n")
                        .generation())
                .isEqualTo(new Generation(3, 2));
    }

    @Test
    void aNodeThatDoesNotTellItIsOfTheFirst() {
        assertThat(new NodeMeters("steadfast_version{node=\"f1\",role=\"r\",version=\"0.1\"} 1.0\n").generation())
                .isEqualTo(Generation.FIRST);
    }
}
