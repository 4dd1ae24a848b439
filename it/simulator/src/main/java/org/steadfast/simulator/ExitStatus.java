package org.steadfast.simulator;

import java.util.LinkedHashMap;
import java.util.Map;

/** How the command ends. Where several apply, the largest is given, except that 2 stands alone. */
enum ExitStatus {
    OK(0, "every message was acknowledged, nothing was lost"),
    ERRORS(1, "errors were answered, or messages stayed unacknowledged"),
    USAGE(2, "the command was called wrongly"),
    COULD_NOT_CONNECT(3, "a device or a check could not connect or authenticate"),
    LOST(4, "acknowledged values were lost");

    private final int code;
    private final String description;

    ExitStatus(int code, String description) {
        this.code = code;
        this.description = description;
    }

    int code() {
        return code;
    }

    /** For the command's help. */
    static Map<String, String> descriptions() {
        Map<String, String> descriptions = new LinkedHashMap<>();
        for (ExitStatus status : values()) {
            descriptions.put(Integer.toString(status.code), status.description);
        }
        return descriptions;
    }

    static ExitStatus of(FleetResult result, Verification verification) {
        FleetStatistics statistics = result.statistics();
        FleetOutcome outcome = result.outcome();
        if (verification.lost() > 0) {
            return LOST;
        }
        boolean someNeverBound = statistics.everConnected() < statistics.devices();
        if (outcome == FleetOutcome.COULD_NOT_CONNECT
                || outcome == FleetOutcome.UNAUTHENTICATED
                || (outcome != FleetOutcome.STOPPED && someNeverBound)
                || verification.unread() > 0) {
            return COULD_NOT_CONNECT;
        }
        boolean settled = statistics.errors() == 0 && statistics.unacknowledged() == 0;
        return settled && outcome != FleetOutcome.STALLED ? OK : ERRORS;
    }
}
