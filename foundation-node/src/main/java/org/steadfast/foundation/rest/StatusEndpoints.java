package org.steadfast.foundation.rest;

import java.util.List;

/** What every node answers besides its own API, from the moment its port is open. Stateless. */
final class StatusEndpoints {
    private static final String TAG = "Node";

    private StatusEndpoints() {}

    static List<Endpoint> all() {
        return List.of(
                Endpoint.of(
                        "GET",
                        "health",
                        Operation.of(TAG, "Whether the process runs")
                                .giving("It runs", state())
                                .toAnyone()),
                Endpoint.of(
                        "GET",
                        "ready",
                        Operation.of(TAG, "Whether the node takes traffic")
                                .giving("It does", state())
                                .answering(
                                        503,
                                        Operation.Answer.of(
                                                "It does not; waitingFor says why", "application/json", state()))
                                .toAnyone()),
                Endpoint.of(
                        "GET",
                        "Metrics",
                        Operation.of(TAG, "Figures of the node")
                                .giving("In the text format of Prometheus", "text/plain", Schema.string())
                                .toAnyone()));
    }

    private static Schema state() {
        return Schema.object()
                .has("role", Schema.string())
                .has("node", Schema.string().described("The node's platform id"))
                .has("state", Schema.string())
                .has("waitingFor", Schema.mapOf(Schema.string()).described("Reasons by what is waited for"));
    }
}
