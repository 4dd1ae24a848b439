package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.OptionalDouble;
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

    /** What a node says of itself in its metrics: a gauge without labels besides those of every metric of the node. */
    OptionalDouble metric(NodePlan node, String name) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + node.address() + "/Thingworx/Metrics"))
                .timeout(TIMEOUT)
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .findFirst();
        } catch (IOException e) {
            // Not listening yet, or any more.
            return OptionalDouble.empty();
        }
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
