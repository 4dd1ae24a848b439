package org.steadfast.connection.session;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets so many new devices in per second and no more. When all come back at once, each of them brings a login, a BIND, and what
 * follows that to the foundation nodes.
 *
 * <p>Who comes too early waits here and not in the kernel's backlog: there, questions for health, readiness and metrics would wait
 * behind the devices, and a load balancer would take the server for dead just when all devices come. Waiting is better
 * than refusing, because devices try again only after 5 to 60 s; but nobody waits for more than {@link #LONGEST_WAIT}, since devices
 * give up after 10 s. So at most that many seconds' worth of connections wait; the others are refused and told when to come again.
 */
final class PacedDoor extends Handler.Wrapper {
    private static final Logger log = LoggerFactory.getLogger(PacedDoor.class);
    static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final ConnectionPace pace;
    private final DeviceDoor door;
    private final SessionMetrics metrics;
    private final ScheduledThreadPoolExecutor turns =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "new-devices"));
    /** In the order of their turns. Added to by the threads that take requests in, emptied by the timer and by the end; guards itself. */
    private final Queue<Waiting> line = new ConcurrentLinkedQueue<>();

    private record Waiting(Request request, Response response, Callback callback) {}

    /** @param upgrades upgrades the requests that are let in */
    PacedDoor(Handler upgrades, int perSecond, DeviceDoor door, SessionMetrics metrics) {
        super(upgrades);
        this.pace = new ConnectionPace(perSecond, LONGEST_WAIT, System.nanoTime());
        this.door = door;
        this.metrics = metrics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        // Who is refused anyway takes nobody's turn.
        if (!Request.getPathInContext(request).equals(DeviceDoor.PATH) || door.isClosed()) {
            return super.handle(request, response, callback);
        }
        OptionalLong wait = pace.take(System.nanoTime());
        if (wait.isEmpty()) {
            metrics.refusedForRate.increment();
            door.refuse(request, response, callback, "too many devices connect at once");
            return true;
        }
        if (wait.getAsLong() == 0) {
            return super.handle(request, response, callback);
        }
        metrics.delayedConnections.increment();
        metrics.waitingConnections.incrementAndGet();
        line.add(new Waiting(request, response, callback));
        try {
            // Whoever is first then: turns come in the order in which they were given, give or take a moment.
            var unused = turns.schedule(this::letNextIn, wait.getAsLong(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("Stopping, so nobody waits any more", e);
            letNextIn();
        }
        return true;
    }

    private void letNextIn() {
        Waiting next = line.poll();
        if (next != null) {
            metrics.waitingConnections.decrementAndGet();
            // Upgrades are for the server's threads; the timer has others to let in.
            next.request().getContext().execute(() -> letIn(next));
        }
    }

    private void letIn(Waiting device) {
        try {
            if (!super.handle(device.request(), device.response(), device.callback())) {
                Response.writeError(device.request(), device.response(), device.callback(), HttpStatus.NOT_FOUND_404);
            }
        } catch (Exception e) {
            Response.writeError(device.request(), device.response(), device.callback(), e);
        }
    }

    /** Nobody waits any more: those who do are let in now, or refused where the door is closed. */
    void end() {
        turns.shutdownNow();
        while (!line.isEmpty()) {
            letNextIn();
        }
    }
}
