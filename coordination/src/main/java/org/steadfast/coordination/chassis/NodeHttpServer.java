package org.steadfast.coordination.chassis;

import java.net.BindException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
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
import org.eclipse.jetty.util.ssl.SslContextFactory;
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

    /**
     * Makes the server; {@link #open} opens its port.
     *
     * @param host address to listen on
     * @param port 0 for any free one
     * @param threads most threads that requests may use
     * @param portSetting path of the setting that holds the port, for the message where it is in use
     */
    public NodeHttpServer(
            NodeIdentity identity,
            Readiness readiness,
            NodeMetrics metrics,
            String host,
            int port,
            int threads,
            String portSetting) {
        this(identity, readiness, metrics, host, port, threads, portSetting, Optional.empty());
    }

    /**
     * The same.
     *
     * @param tls what the port speaks; without it, plain HTTP
     */
    public NodeHttpServer(
            NodeIdentity identity,
            Readiness readiness,
            NodeMetrics metrics,
            String host,
            int port,
            int threads,
            String portSetting,
            Optional<SslContextFactory.Server> tls) {
        // Its queue has no bound, because Jetty's own work goes through it as well and must not be refused; what
        // clients
        // can put there is bounded by their connections, each of which has one request at a time.
        QueuedThreadPool pool = new QueuedThreadPool(threads, Math.min(8, threads));
        pool.setName("http");
        this.portSetting = portSetting;
        this.server = new Server(pool);
        server.setErrorHandler(new BrokenRequests());
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setHttpCompliance(HttpCompliance.RFC7230);
        // Names may hold encoded slashes and question marks: clients send them so.
        http.setUriCompliance(UriCompliance.from(EnumSet.of(
                UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR, UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING)));
        this.connector = new LingeringConnector(server, 1, 2, protocols(http, tls));
        connector.setHost(host);
        connector.setPort(port);
        connector.setAcceptQueueSize(1024);
        connector.setIdleTimeout(120_000);
        connector.addBean(new FirstRequestDeadline(connector, FIRST_REQUEST));
        server.addConnector(connector);
        this.status = new StatusHandler(identity, readiness, metrics);
        added.setHandler(new NotStartedHandler(readiness));
    }

    private static ConnectionFactory[] protocols(HttpConfiguration http, Optional<SslContextFactory.Server> tls) {
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        if (tls.isEmpty()) {
            return new ConnectionFactory[] {plain};
        }
        // Names of load balancers need not stand in the nodes' certificates: it is for clients to check names.
        http.addCustomizer(new SecureRequestCustomizer(false));
        return new ConnectionFactory[] {new SslConnectionFactory(tls.get(), HttpVersion.HTTP_1_1.asString()), plain};
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
