package org.steadfast.coordination.chassis;

import java.net.BindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP server of a node: health, readiness and metrics from the moment its port is open, and what the node adds when it is
 * that far. Its threads are bounded. Opened and started by one thread.
 */
public final class NodeHttpServer {
    /** Clients send their first request at once; this leaves room for a TLS handshake over a bad line. */
    private static final Duration FIRST_REQUEST = Duration.ofSeconds(20);

    private final Server server;
    private final ServerConnector connector;
    private final String portSetting;
    private final Handler status;
    /** Refuses until {@link #start}. */
    private final Handler.Wrapper added = new Handler.Wrapper(true);

    /** Makes the server; {@link #open} opens its port. */
    public NodeHttpServer(NodeIdentity identity, Readiness readiness, NodeMetrics metrics, Listening listening) {
        // Its queue has no bound, because Jetty's own work goes through it as well and must not be refused; what
        // clients
        // can put there is bounded by their connections, each of which has one request at a time.
        QueuedThreadPool pool = new QueuedThreadPool(listening.threads(), Math.min(8, listening.threads()));
        pool.setName("http");
        this.portSetting = listening.portSetting();
        this.server = new Server(pool);
        server.setErrorHandler(new BrokenRequests());
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setHttpCompliance(HttpCompliance.RFC7230);
        // Names may hold encoded slashes and question marks: clients send them so.
        http.setUriCompliance(UriCompliance.from(EnumSet.of(
                UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR, UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING)));
        this.connector = new LingeringConnector(server, 1, 2, protocols(http, listening));
        connector.setHost(listening.host());
        connector.setPort(listening.port());
        connector.setAcceptQueueSize(1024);
        connector.setIdleTimeout(120_000);
        connector.addBean(new FirstRequestDeadline(connector, FIRST_REQUEST));
        server.addConnector(connector);
        this.status = new StatusHandler(identity, readiness, metrics);
        added.setHandler(new NotStartedHandler(readiness));
    }

    /** From the outermost to the innermost. */
    private static ConnectionFactory[] protocols(HttpConfiguration http, Listening listening) {
        List<ConnectionFactory> protocols = new ArrayList<>();
        if (!listening.proxies().isEmpty()) {
            protocols.add(new ProxyHeaders(listening.proxies()));
        }
        if (listening.tls().isPresent()) {
            // Names of load balancers need not stand in the nodes' certificates: it is for clients to check names.
            http.addCustomizer(new SecureRequestCustomizer(false));
            protocols.add(new SslConnectionFactory(listening.tls().get(), HttpVersion.HTTP_1_1.asString()));
        }
        protocols.add(new HttpConnectionFactory(http));
        return protocols.toArray(ConnectionFactory[]::new);
    }

    /** Jetty's server, for what handlers need of it before the start. */
    public Server server() {
        return server;
    }

    /**
     * Opens the port; only health, readiness and metrics are answered yet, and everything else with 503 and the reason.
     *
     * @throws NodeFailure if the port is in use, or Jetty cannot start
     */
    public void open() throws NodeFailure {
        server.setHandler(new Handler.Sequence(status, added));
        try {
            server.start();
        } catch (Exception e) {
            stopAfterFailure(e);
            if (e.getCause() instanceof BindException reason) {
                throw new NodeFailure(
                        ExitCode.PORT_IN_USE,
                        "port " + connector.getPort() + " of " + connector.getHost() + " cannot be opened ("
                                + reason.getMessage() + "); free it or set " + portSetting,
                        e);
            }
            throw new NodeFailure(ExitCode.FAILED, "the HTTP server cannot start: " + e, e);
        }
    }

    /**
     * Answers more than health, readiness and metrics. Opens the port where that was not done.
     *
     * @param handlers asked in order
     * @throws NodeFailure if the port is in use, or Jetty cannot start
     */
    public void start(List<Handler> handlers) throws NodeFailure {
        if (!server.isStarted()) {
            open();
        }
        Handler.Sequence sequence = new Handler.Sequence(handlers);
        sequence.setServer(server);
        try {
            sequence.start();
        } catch (Exception e) {
            throw new NodeFailure(ExitCode.FAILED, "the HTTP server cannot start: " + e, e);
        }
        added.setHandler(sequence);
        // Started before it was added, so that no request meets a half-started one; stopped with the server
        // nevertheless.
        added.manage(sequence);
    }

    private void stopAfterFailure(Exception failure) {
        try {
            server.stop();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }

    /** The port that is open. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Closes the port and ends the connections. */
    public void stop() throws Exception {
        server.stop();
    }
}
