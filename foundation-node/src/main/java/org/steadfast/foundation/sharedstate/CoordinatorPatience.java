package org.steadfast.foundation.sharedstate;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignite;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;

/**
 * Makes Ignite wait for a coordinator that is away. The coordinator keeps sessions while all its servers are down, and they go on
 * when it is back. But Ignite stops a node that has had no connection for one session timeout, and ZooKeeper's client (3.9) gives a
 * session up by itself after four thirds of it; so all nodes would end at once, with all that is in memory. Nobody answers from
 * stale state meanwhile: that is what the lease is for.
 *
 * <p>Neither has a setting for it, so this sets their fields, as of Ignite 2.17 and ZooKeeper 3.9. The client sets its own anew
 * with each connection, so it is done again all the time.
 */
final class CoordinatorPatience implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CoordinatorPatience.class);
    private static final long PERIOD_MILLIS = 500;

    private final int patienceMillis;
    private final Object client;
    private final Field lossTimeout;
    private final Object connection;
    private final Field expirationTimeout;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "coordinator-patience");
        thread.setDaemon(true);
        return thread;
    });

    private CoordinatorPatience(Ignite ignite, Duration patience) throws ReflectiveOperationException {
        this.patienceMillis = (int) patience.toMillis();
        Object discovery = ignite.configuration().getDiscoverySpi();
        this.client = value(value(value(discovery, "impl"), "rtState"), "zkClient");
        this.lossTimeout = field(client.getClass(), "connLossTimeout");
        this.connection = field(ZooKeeper.class, "cnxn").get(value(client, "zk"));
        this.expirationTimeout = field(connection.getClass(), "expirationTimeout");
    }

    /** @throws NodeFailure if this is another version of Ignite or of ZooKeeper */
    static CoordinatorPatience give(Ignite ignite, Duration patience) throws NodeFailure {
        try {
            CoordinatorPatience given = new CoordinatorPatience(ignite, patience);
            given.set();
            var unused = given.timer.scheduleWithFixedDelay(
                    given::setAgain, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
            return given;
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new NodeFailure(
                    ExitCode.FAILED, "this is not the version of Ignite or ZooKeeper that we know: " + e, e);
        }
    }

    private void set() throws ReflectiveOperationException {
        lossTimeout.setLong(client, patienceMillis);
        expirationTimeout.setInt(connection, patienceMillis);
    }

    private void setAgain() {
        try {
            set();
        } catch (ReflectiveOperationException e) {
            log.warn("PATIENCE_UNSET: the patience with the coordinator cannot be set any more", e);
        }
    }

    private static Object value(Object object, String name) throws ReflectiveOperationException {
        return field(object.getClass(), name).get(object);
    }

    private static Field field(Class<?> type, String name) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
