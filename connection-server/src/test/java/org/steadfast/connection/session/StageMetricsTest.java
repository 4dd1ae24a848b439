package org.steadfast.connection.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.steadfast.connection.FakeFoundation;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Status;

@Timeout(60)
class StageMetricsTest {
    private static final List<String> STAGES = List.of("route", "link", "node", "answer");
    /** How long a request is held up at one place. */
    private static final Duration HELD = Duration.ofMillis(300);

    private DoorUnderTest door;

    @BeforeEach
    void open() throws Exception {
        door = new DoorUnderTest();
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    /** How often each stage was passed, and the whole, and how long it all took. */
    private record Reading(Map<String, Long> counts, Map<String, Double> millis) {
        Reading since(Reading before) {
            Map<String, Long> moreCounts = new LinkedHashMap<>();
            Map<String, Double> moreMillis = new LinkedHashMap<>();
            counts.forEach((name, count) -> moreCounts.put(name, count - before.counts.get(name)));
            millis.forEach((name, time) -> moreMillis.put(name, time - before.millis.get(name)));
            return new Reading(moreCounts, moreMillis);
        }

        double sum() {
            return STAGES.stream().mapToDouble(millis::get).sum();
        }
    }

    private Reading read() {
        Map<String, Long> counts = new LinkedHashMap<>();
        Map<String, Double> millis = new LinkedHashMap<>();
        for (String stage : STAGES) {
            Timer timer = door.metrics
                    .registry()
                    .get("steadfast.devices.requests.stage")
                    .tag("stage", stage)
                    .timer();
            counts.put(stage, timer.count());
            millis.put(stage, timer.totalTime(TimeUnit.MILLISECONDS));
        }
        Timer whole = door.metrics.registry().get("steadfast.devices.requests").timer();
        counts.put("whole", whole.count());
        millis.put("whole", whole.totalTime(TimeUnit.MILLISECONDS));
        return new Reading(counts, millis);
    }

    /** What one more request has added. The device has its answer a moment before the server counts it. */
    private Reading awaitOneMore(Reading before) {
        await().until(() -> read().counts().get("whole") > before.counts().get("whole"));
        return read().since(before);
    }

    private Device settled() throws Exception {
        Device device = door.bound("Pump1");
        await().until(() -> read().counts().get("whole") == 2);
        return device;
    }

    private void holdUp(Device device) {
        await().pollInterval(Duration.ofMillis(20)).during(HELD).until(device::hasNothing);
    }

    private static void assertIsInOneStage(Reading added, String stage, double outerMillis) {
        assertThat(added.counts().values()).as(added.toString()).containsOnly(1L);
        assertThat(added.sum()).as(added.toString()).isCloseTo(added.millis().get("whole"), within(0.001));
        assertThat(added.millis().get("whole")).as(added.toString()).isBetween(0.9 * HELD.toMillis(), outerMillis);
        assertThat(added.millis().get(stage)).as(added.toString()).isGreaterThan(0.9 * HELD.toMillis());
    }

    private static double millisSince(long begin) {
        return (System.nanoTime() - begin) / 1e6;
    }

    @Test
    void theTimeThatAFoundationNodeTakesIsItsOwn() throws Exception {
        Device device = settled();
        Reading before = read();
        door.hold(LinkFrame.Request.class::isInstance);
        long begin = System.nanoTime();
        int id = device.get("Pump1", "count");
        await().until(() -> door.requests().size() == 1);
        holdUp(device);
        door.answer(door.requests().get(0));
        device.expectStatus(id, Status.SUCCESS);
        assertIsInOneStage(awaitOneMore(before), "node", millisSince(begin));
    }

    @Test
    void theTimeWithoutALinkIsWaiting() throws Exception {
        Device device = settled();
        Reading before = read();
        door.loseFoundation();
        long begin = System.nanoTime();
        double messages = door.counter("steadfast.devices.messages");
        int id = device.get("Pump1", "count");
        await().until(() -> door.counter("steadfast.devices.messages") > messages);
        holdUp(device);
        FakeFoundation other = new FakeFoundation("foundation2");
        other.onFrame(frame -> other.link().received(door.answerTo(frame)));
        door.router.add(other.link());
        device.expectStatus(id, Status.SUCCESS);
        assertIsInOneStage(awaitOneMore(before), "link", millisSince(begin));
    }

    @Test
    void whatNeverFoundALinkHasWaitedForOne() throws Exception {
        door.close();
        door = new DoorUnderTest(
                DoorUnderTest.settings(64, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(20)));
        Device device = settled();
        Reading before = read();
        door.loseFoundation();
        long begin = System.nanoTime();
        device.expectStatus(device.get("Pump1", "count"), Status.UNAVAILABLE);
        assertIsInOneStage(awaitOneMore(before), "link", millisSince(begin));
    }
}
