package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.coordinator.CoordinatorHealth;

/** Finds out whether a node takes traffic. Safe for use by several threads. */
final class NodeProbe {
    /** Status of the answer of a node that takes traffic. */
    static final int READY = 200;

    private static final Logger log = LoggerFactory.getLogger(NodeProbe.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Instance instance;
    private final Machine machine;
    private final NodeHttp http;

    /** @param machine that asks */
    NodeProbe(Instance instance, Machine machine) {
        this.instance = instance;
        this.machine = machine;
        this.http = new NodeHttp(instance, TIMEOUT);
    }

    /** @throws NodeFailure if the certificate that the node shows is not accepted */
    boolean isReady(NodePlan node) throws InterruptedException, NodeFailure {
        return switch (node.role()) {
            case NodePlan.COORDINATOR -> isServing(node);
            case NodePlan.DATABASE -> isReady(node, DatabaseHealth.answers(node.host(), node.port(), TIMEOUT));
            default -> {
                Optional<HttpResponse<String>> answer = ready(node);
                yield answer.isPresent() && answer.get().statusCode() == READY;
            }
        };
    }

    private boolean isServing(NodePlan coordinator) throws NodeFailure {
        try {
            Optional<SSLContext> context = http.isCoordinatorSecured(coordinator)
                    ? Optional.of(NodeHttp.context(http.settings(coordinator)))
                    : Optional.empty();
            return CoordinatorHealth.mode(coordinator.host(), coordinator.port(), TIMEOUT, context)
                    .isPresent();
        } catch (IOException e) {
            if (NodeHttp.isAboutTheCertificate(e)) {
                throw NodeHttp.notAccepted(coordinator, e);
            }
            log.debug("{} does not answer", coordinator.id(), e);
            return false;
        }
    }

    /** It answers before it takes logins; what it tells of that only its own machine sees. */
    private boolean isReady(NodePlan database, boolean answers) {
        return answers && (!machine.has(database.host()) || Files.exists(instance.databaseReady()));
    }

    /** What a foundation node or connection server says of its readiness; empty while it does not answer. */
    Optional<HttpResponse<String>> ready(NodePlan node) throws InterruptedException, NodeFailure {
        return http.get(node, "/Thingworx/ready");
    }

    /** What a node says of itself in its metrics. */
    NodeMeters meters(NodePlan node) throws InterruptedException, NodeFailure {
        return http.get(node, "/Thingworx/Metrics")
                .map(answer -> new NodeMeters(answer.body()))
                .orElse(NodeMeters.NONE);
    }
}
