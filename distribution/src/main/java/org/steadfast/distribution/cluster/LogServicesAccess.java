package org.steadfast.distribution.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/** The services of a cluster's log, as the administrator asks any of its foundation nodes. Stateless. */
final class LogServicesAccess {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String SERVICES = "/Thingworx/Logs/ApplicationLog/Services/";
    private static final int OK = 200;
    /** Another node may do better from there on. */
    private static final int SERVER_ERROR = 500;

    private static final List<Integer> NOT_LET_IN = List.of(401, 403);

    private LogServicesAccess() {}

    /**
     * Asks the first node that answers, and the next one where it cannot.
     *
     * @throws NodeFailure if none does, or it refuses
     */
    static JsonNode ask(Instance instance, String service, ObjectNode parameters) throws Exception {
        NodeHttp http = new NodeHttp(instance, TIMEOUT);
        List<String> refusals = new ArrayList<>();
        for (NodePlan node : instance.nodes(NodePlan.FOUNDATION_NODE)) {
            Optional<HttpResponse<String>> answer =
                    http.post(node, SERVICES + service, parameters.toString(), instance.applicationKey());
            if (answer.isPresent() && answer.get().statusCode() < SERVER_ERROR) {
                return accepted(node, service, answer.get());
            }
            answer.ifPresent(
                    refused -> refusals.add(node.id() + " says " + refused.statusCode() + ": " + refused.body()));
        }
        throw new NodeFailure(
                ExitCode.FAILED,
                refusals.isEmpty()
                        ? "no foundation node of the cluster in " + instance.folder() + " answers; start one"
                        : String.join("; ", refusals));
    }

    private static JsonNode accepted(NodePlan node, String service, HttpResponse<String> answer) throws NodeFailure {
        String body = answer.body();
        if (NOT_LET_IN.contains(answer.statusCode())) {
            throw new NodeFailure(
                    ExitCode.FAILED,
                    node.id() + " does not take the application key with which the administrator was made (" + body
                            + "); use the service " + service + " of Logs/ApplicationLog with another one");
        }
        if (answer.statusCode() != OK) {
            throw new NodeFailure(ExitCode.FAILED, node.id() + " says " + answer.statusCode() + ": " + body);
        }
        try {
            return body.isEmpty()
                    ? JsonNodeFactory.instance.objectNode()
                    : Json.read(body.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidValueException e) {
            throw new NodeFailure(ExitCode.FAILED, node.id() + " answers with no JSON: " + e.getMessage(), e);
        }
    }
}
