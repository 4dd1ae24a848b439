package org.steadfast.simulator;

import java.util.List;

/**
 * What was found when the values were read back.
 *
 * @param checked values read and compared, each once per node
 * @param lost values below the last acknowledged, above the last sent, or absent
 * @param unread values that no node answered for
 * @param findings the first few of these, one line each
 */
record Verification(long checked, long lost, long unread, List<String> findings) {
    Verification {
        findings = List.copyOf(findings);
    }

    static Verification none() {
        return new Verification(0, 0, 0, List.of());
    }
}
