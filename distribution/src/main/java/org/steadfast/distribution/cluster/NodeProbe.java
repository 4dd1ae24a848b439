package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import org.steadfast.coordination.coordinator.CoordinatorHealth;

/** Finds out whether a node takes traffic. Safe for use by several threads. */
final class NodeProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Instance instance;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    NodeProbe(Instance instance) {
        this.instance = instance;
    }

    boolean isReady(NodePlan node) throws InterruptedException {
        return switch (node.role()) {
            case NodePlan.COORDINATOR ->
                CoordinatorHealth.mode(node.host(), node.port(), TIMEOUT).isPresent();
            case NodePlan.DATABASE -> Files.exists(instance.databaseReady());
            default -> answersReady(node);
        };
    }

    private boolean answersReady(NodePlan node) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + node.address() + "/Thingworx/ready"))
                .timeout(TIMEOUT)
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            // Not listening yet, or any more: not ready.
            return false;
        }
    }
}
