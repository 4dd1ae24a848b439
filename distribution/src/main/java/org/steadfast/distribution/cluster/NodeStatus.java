package org.steadfast.distribution.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/**
 * How one node of a cluster is.
 *
 * @param process that runs it; empty where the supervisor of this machine knows of none
 * @param why it is not ready; empty where it is, or where it does not say
 * @param isSingleton whether it fires timers and schedulers
 * @param version of Steadfast that it runs; empty where it does not tell, as coordinators and databases do not
 * @param leaseMillis how long ago it last proved that it is a member; empty where it has not for long
 */
record NodeStatus(
        NodePlan node,
        OptionalLong process,
        State state,
        String why,
        boolean isSingleton,
        OptionalDouble leaseMillis,
        Optional<String> version) {
    private static final Logger log = LoggerFactory.getLogger(NodeStatus.class);
    /** A node that has never proved anything tells a very great age. */
    private static final int LONGEST_LEASE_SECONDS = 600;

    enum State {
        READY("ready"),
        NOT_READY("not ready"),
        SILENT("no answer"),
        ENDED("ended");

        private final String title;

        State(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /**
     * Asks a node.
     *
     * @param isHere whether it is on this machine, where its process can be seen
     */
    static NodeStatus of(Instance instance, NodePlan node, boolean isHere, NodeProbe probe)
            throws IOException, InterruptedException {
        Optional<ProcessHandle> process = isHere ? ProcessRecord.read(instance.processRecord(node)) : Optional.empty();
        OptionalLong pid = process.map(one -> OptionalLong.of(one.pid())).orElseGet(OptionalLong::empty);
        // A foundation node or connection server that was started by itself has no record, and answers.
        State silent = isHere && pid.isEmpty() ? State.ENDED : State.SILENT;
        try {
            if (!node.role().equals(NodePlan.FOUNDATION_NODE) && !node.role().equals(NodePlan.CONNECTION_SERVER)) {
                // These do not say who they are, so that without a record it may be somebody else who answers.
                boolean isReady = silent != State.ENDED && probe.isReady(node);
                State state = isReady ? State.READY : silent;
                return new NodeStatus(node, pid, state, "", false, OptionalDouble.empty(), Optional.empty());
            }
            Optional<HttpResponse<String>> answer = probe.ready(node);
            if (answer.isEmpty()) {
                return new NodeStatus(node, pid, silent, "", false, OptionalDouble.empty(), Optional.empty());
            }
            boolean isReady = answer.get().statusCode() == NodeProbe.READY;
            NodeMeters meters = probe.meters(node);
            if (isHere
                    && pid.isEmpty()
                    && !meters.label(NodeMeters.VERSION, "node").equals(Optional.of(node.id()))) {
                // Somebody else has its port.
                return new NodeStatus(node, pid, State.ENDED, "", false, OptionalDouble.empty(), Optional.empty());
            }
            OptionalDouble lease = meters.value("steadfast_lease_age_seconds");
            boolean isHeld = lease.isPresent() && lease.getAsDouble() < LONGEST_LEASE_SECONDS;
            return new NodeStatus(
                    node,
                    pid,
                    isReady ? State.READY : State.NOT_READY,
                    isReady ? "" : waitingFor(answer.get().body()),
                    meters.value("steadfast_singleton").orElse(0) == 1,
                    isHeld ? OptionalDouble.of(lease.getAsDouble() * 1_000) : OptionalDouble.empty(),
                    meters.label(NodeMeters.VERSION, "version"));
        } catch (NodeFailure e) {
            return new NodeStatus(
                    node, pid, State.NOT_READY, e.getMessage(), false, OptionalDouble.empty(), Optional.empty());
        }
    }

    /** False where its process has ended, or is on another machine and does not answer. */
    boolean seemsToRun() {
        return process.isPresent() || state == State.READY || state == State.NOT_READY;
    }

    /** What stands in the body of {@code /ready}; the body itself where it is another one. */
    private static String waitingFor(String body) {
        try {
            List<String> reasons = new ArrayList<>();
            Json.read(body).path("waitingFor").forEach(reason -> reasons.add(reason.asText()));
            return reasons.isEmpty() ? body.strip() : String.join("; ", reasons);
        } catch (InvalidValueException e) {
            log.debug("{} is no JSON", body, e);
            return body.strip();
        }
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("id", node.id())
                .put("role", node.role())
                .put("address", node.address())
                .put("state", state.title());
        if (process.isPresent()) {
            json.put("process", process.getAsLong());
        }
        if (!why.isEmpty()) {
            json.put("why", why);
        }
        if (node.role().equals(NodePlan.FOUNDATION_NODE)) {
            json.put("singleton", isSingleton);
        }
        if (leaseMillis.isPresent()) {
            json.put("leaseAgeMillis", Math.round(leaseMillis.getAsDouble()));
        }
        version.ifPresent(runs -> json.put("version", runs));
        return json;
    }
}
