package org.steadfast.simulator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What any number of devices share: one WebSocket client, its few threads, one timer. Safe for use by several threads. Closing it
 * cuts off all devices that still use it.
 */
public final class DeviceNetwork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceNetwork.class);
    private static final String PATH = "/Thingworx/WS";
    private static final int IO_THREADS = 16;
    private static final int TIMER_THREADS = 2;
    /** Handshakes under way at one server; the gate keeps Jetty's pool as small, whose cost grows with its size. */
    private static final int HANDSHAKES = 128;

    private static final int MAX_WAITING = 100_000;

    private final QueuedThreadPool threads;
    private final HttpClient http;
    private final WebSocketClient webSockets;
    private final ScheduledThreadPoolExecutor timer;
    private final HandshakeGate gate;
    private final String scheme;

    private DeviceNetwork(Transport transport) {
        scheme = transport.webSocketScheme();
        threads = new QueuedThreadPool(IO_THREADS, 2);
        threads.setName("simulator-io");
        threads.setDaemon(true);
        gate = new HandshakeGate(HANDSHAKES, MAX_WAITING, threads);
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(1);
        transport.tls().ifPresent(context -> {
            SslContextFactory.Client tls = new SslContextFactory.Client();
            tls.setSslContext(context);
            connector.setSslContextFactory(tls);
        });
        http = new HttpClient(new HttpClientTransportOverHTTP(connector));
        http.setExecutor(threads);
        http.setMaxConnectionsPerDestination(2 * HANDSHAKES);
        http.setUserAgentField(new HttpField(HttpHeader.USER_AGENT, "Steadfast device simulator"));
        webSockets = new WebSocketClient(http);
        webSockets.setIdleTimeout(Duration.ZERO);
        webSockets.setMaxFrameSize(DeviceConnection.MAX_INBOUND_BYTES);
        webSockets.setMaxBinaryMessageSize(DeviceConnection.MAX_INBOUND_BYTES);
        webSockets.setMaxOutgoingFrames(DeviceConnection.MAX_QUEUED_FRAMES);
        webSockets.setStopTimeout(1000);
        timer = new ScheduledThreadPoolExecutor(
                TIMER_THREADS, DeviceNetwork::timerThread, new ThreadPoolExecutor.DiscardPolicy());
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Starts the threads.
     *
     * @throws IllegalStateException if that fails
     */
    public static DeviceNetwork start() {
        return start(Transport.plain());
    }

    /** The same, for servers that are spoken to so. */
    public static DeviceNetwork start(Transport transport) {
        return start(new DeviceNetwork(transport));
    }

    /** The same, for devices that have this address of the machine. */
    public static DeviceNetwork start(Transport transport, InetAddress from) {
        DeviceNetwork network = new DeviceNetwork(transport);
        network.http.setBindAddress(new InetSocketAddress(from, 0));
        return start(network);
    }

    private static DeviceNetwork start(DeviceNetwork network) {
        try {
            network.webSockets.start();
            return network;
        } catch (Exception e) {
            network.close();
            throw new IllegalStateException("cannot start the devices' network", e);
        }
    }

    /**
     * Opens a WebSocket; {@code timeout} is for its turn to come and then again for all of the handshake. Permessage-deflate is
     * not offered.
     */
    CompletableFuture<Session> open(ServerAddress server, Duration timeout, Session.Listener listener) {
        return gate.enter(server, timeout, () -> handshake(server, timeout, listener));
    }

    private CompletableFuture<Session> handshake(ServerAddress server, Duration timeout, Session.Listener listener) {
        ClientUpgradeRequest request = new ClientUpgradeRequest(server.uri(scheme, PATH));
        request.setHeader("Max-Frame-Size", Integer.toString(DeviceConnection.FRAME_LIMIT));
        request.setTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return webSockets.connect(listener, request);
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Runs something once. It must not block. After the network is closed nothing is run any more. */
    ScheduledFuture<?> after(Duration delay, Runnable task) {
        return timer.schedule(logged(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Runs something again and again, first after one interval. It must not block. */
    ScheduledFuture<?> every(Duration interval, Runnable task) {
        return timer.scheduleWithFixedDelay(logged(task), interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Cuts all devices off and stops the threads. */
    @Override
    public void close() {
        timer.shutdownNow();
        try {
            webSockets.stop();
            http.stop();
            threads.stop();
        } catch (Exception e) {
            LOG.warn("The devices' network did not stop cleanly", e);
        }
    }

    /** A timer keeps exceptions to itself; this way they are seen, and a repeated task goes on. */
    private static Runnable logged(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("A timed task failed", e);
            }
        };
    }

    private static Thread timerThread(Runnable body) {
        Thread thread = new Thread(body, "simulator-timer");
        thread.setDaemon(true);
        return thread;
    }
}
