package org.steadfast.connection.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.JettyUpgradeListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.steadfast.protocol.wire.Status;

/** Many devices come at once, over real sockets. */
@Timeout(60)
class PacedDoorTest {
    private final List<CompletableFuture<Session>> arrivals = new ArrayList<>();
    /** Filled by the client's threads; guards itself. */
    private final Queue<String> retryAfter = new ConcurrentLinkedQueue<>();

    private final HttpClient http = HttpClient.newHttpClient();
    private DoorUnderTest door;

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    private void arrive(int devices) throws Exception {
        for (int i = 0; i < devices; i++) {
            arrivals.add(door.client.connect(
                    new Quiet(),
                    new ClientUpgradeRequest(URI.create("ws://127.0.0.1:" + door.port() + DeviceDoor.PATH)),
                    new Refusals()));
        }
    }

    /** Public because Jetty calls listeners by method handles. */
    public static final class Quiet extends Session.Listener.AbstractAutoDemanding {}

    /** Remembers when those who are refused may come again. */
    private final class Refusals implements JettyUpgradeListener {
        @Override
        public void onHandshakeResponse(Request request, Response response) {
            if (response.getStatus() == HttpStatus.SERVICE_UNAVAILABLE_503) {
                retryAfter.add(String.valueOf(response.getHeaders().get(HttpHeader.RETRY_AFTER)));
            }
        }
    }

    private long letIn() {
        return arrivals.stream()
                .filter(arrival -> arrival.isDone() && !arrival.isCompletedExceptionally())
                .count();
    }

    private long refused() {
        return arrivals.stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .count();
    }

    private double refusedForRate() {
        return door.metrics
                .registry()
                .get("steadfast.devices.connections.refused")
                .tag("reason", "rate")
                .counter()
                .count();
    }

    /** How long the server takes to say that it is ready. */
    private Duration readiness() throws Exception {
        long before = System.nanoTime();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + "/Thingworx/ready"))
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
        return Duration.ofNanos(System.nanoTime() - before);
    }

    @Test
    void devicesThatComeAtOnceAreLetInOneAfterTheOtherAndQuestionsForReadinessDoNotWait() throws Exception {
        door = new DoorUnderTest(DoorUnderTest.settings(20));
        Duration unhurried = readiness();
        long begin = System.nanoTime();
        arrive(41);
        List<Duration> answers = new ArrayList<>();
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    answers.add(readiness());
                    double connected = door.gauge("steadfast.devices.connections");
                    double seconds = (System.nanoTime() - begin) / 1e9;
                    assertThat(connected).as("devices after %s s", seconds).isLessThanOrEqualTo(1 + 20 * seconds);
                    return letIn() == 41;
                });
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
        assertThat(answers).hasSizeGreaterThan(10);
        assertThat(answers.stream().sorted().toList().get(answers.size() / 2))
                .as("before the devices came it was %s", unhurried)
                .isLessThan(Duration.ofMillis(500));
        assertThat(door.counter("steadfast.devices.connections.delayed")).isEqualTo(40);
        assertThat(door.gauge("steadfast.devices.connections.waiting")).isZero();
        assertThat(refusedForRate()).isZero();
    }

    @Test
    void whoWouldWaitTooLongIsRefusedAndToldWhenToComeAgain() throws Exception {
        door = new DoorUnderTest(DoorUnderTest.settings(2));
        arrive(40);
        await().atMost(Duration.ofSeconds(5))
                .until(() -> letIn() + refused() + door.gauge("steadfast.devices.connections.waiting") == 40);
        // Eleven turns in five seconds, and one more for each half second that this has taken so far.
        assertThat(refused()).isBetween(19L, 29L);
        assertThat(refusedForRate()).isEqualTo(refused());
        assertThat(retryAfter).hasSize((int) refused()).allMatch(seconds -> seconds.matches("[1-5]"));
    }

    @Test
    void whoWaitsIsAnsweredWhenTheServerStops() throws Exception {
        door = new DoorUnderTest(DoorUnderTest.settings(1));
        arrive(5);
        await().until(() -> door.gauge("steadfast.devices.connections.waiting") >= 3);
        long begin = System.nanoTime();
        door.door.close();
        await().atMost(Duration.ofSeconds(5)).until(() -> letIn() + refused() == 5);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
        assertThat(arrivals)
                .filteredOn(CompletableFuture::isCompletedExceptionally)
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(arrival -> assertThat(
                                arrival.handle((session, failure) -> failure).join())
                        .hasMessageContaining("503"));
    }

    @Test
    void nobodyTakesATurnWhileNoFoundationNodeIsReached() throws Exception {
        door = new DoorUnderTest(DoorUnderTest.settings(1));
        door.loseFoundation();
        arrive(10);
        await().atMost(Duration.ofSeconds(5)).until(() -> refused() == 10);
        assertThat(refusedForRate()).isZero();
    }

    @Test
    void aDeviceThatWaitedIsServedAsAnyOther() throws Exception {
        door = new DoorUnderTest(DoorUnderTest.settings(4));
        arrive(1);
        Device device = door.bound("Pump1");
        device.expectStatus(device.get("Pump1", "count"), Status.SUCCESS);
        assertThat(door.counter("steadfast.devices.connections.delayed")).isEqualTo(1);
    }
}
