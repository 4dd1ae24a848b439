package org.steadfast.simulator;

import java.util.List;

/**
 * How a fleet ended.
 *
 * @param detail one line for a reader
 * @param problems the first few things that went wrong, one line each
 */
public record FleetResult(FleetOutcome outcome, String detail, List<String> problems, FleetStatistics statistics) {
    public FleetResult {
        problems = List.copyOf(problems);
    }
}
