package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.SettingsFile;
import org.steadfast.coordination.settings.SettingsReader;
import org.steadfast.coordination.tls.CoordinatorTlsSettings;
import org.steadfast.coordination.tls.NodeTls;
import org.steadfast.coordination.tls.TlsSettings;

/** Asks nodes over HTTP, by TLS where their settings say so. Safe for use by several threads. */
final class NodeHttp {
    private static final Logger log = LoggerFactory.getLogger(NodeHttp.class);

    private final Instance instance;
    private final Duration timeout;
    private final HttpClient plain;

    NodeHttp(Instance instance, Duration timeout) {
        this.instance = instance;
        this.timeout = timeout;
        this.plain = HttpClient.newBuilder().connectTimeout(timeout).build();
    }

    /**
     * Gets a path of a node.
     *
     * @return empty while the node does not answer
     * @throws NodeFailure if the certificate that it shows is not accepted
     */
    Optional<HttpResponse<String>> get(NodePlan node, String path) throws InterruptedException, NodeFailure {
        return send(node, path, HttpRequest.newBuilder().GET());
    }

    /**
     * Invokes a service of a foundation node.
     *
     * @param path of the service
     * @param body its parameters, JSON
     * @return empty while the node does not answer
     * @throws NodeFailure if the certificate that it shows is not accepted
     */
    Optional<HttpResponse<String>> post(NodePlan node, String path, String body, String applicationKey)
            throws InterruptedException, NodeFailure {
        return send(
                node,
                path,
                HttpRequest.newBuilder()
                        .header("appKey", applicationKey)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private Optional<HttpResponse<String>> send(NodePlan node, String path, HttpRequest.Builder request)
            throws InterruptedException, NodeFailure {
        TlsSettings tls = settings(node);
        // A node that runs since before its settings were changed speaks as they were then.
        for (boolean secure : List.of(tls.enabled(), !tls.enabled())) {
            try {
                HttpClient client = secure ? secure(tls) : plain;
                HttpRequest asked = request.copy()
                        .uri(URI.create((secure ? "https://" : "http://") + node.address() + path))
                        .timeout(timeout)
                        .build();
                return Optional.of(client.send(asked, HttpResponse.BodyHandlers.ofString()));
            } catch (IOException e) {
                if (secure && tls.enabled() && isAboutTheCertificate(e)) {
                    throw notAccepted(node, e);
                }
                log.debug("{} does not answer, or not so", node.id(), e);
            }
        }
        return Optional.empty();
    }

    /** The TLS settings of a node; those without TLS while they cannot be used, which the node itself tells when it starts. */
    TlsSettings settings(NodePlan node) {
        return section(node, TlsSettings.PATH, TlsSettings.class).orElseGet(TlsSettings::off);
    }

    /** Whether a coordinator speaks TLS. */
    boolean isCoordinatorSecured(NodePlan node) {
        return section(node, CoordinatorTlsSettings.PATH, CoordinatorTlsSettings.class)
                .map(CoordinatorTlsSettings::enabled)
                .orElse(false);
    }

    private <T extends Record> Optional<T> section(NodePlan node, String path, Class<T> kind) {
        try {
            Map<String, String> environment = System.getenv();
            SettingsReader reader = new SettingsReader(
                    SettingsFile.load(instance.platform(), node.id(), environment), environment, Set.of());
            return Optional.ofNullable(reader.section(path, kind));
        } catch (InvalidSettingsException e) {
            log.debug("The settings of {} cannot be read", node.id(), e);
            return Optional.empty();
        }
    }

    private HttpClient secure(TlsSettings tls) throws IOException {
        return HttpClient.newBuilder()
                .sslContext(context(tls))
                .connectTimeout(timeout)
                .build();
    }

    /** What is shown to a node that has these settings, and trusted of it. */
    static SSLContext context(TlsSettings tls) throws IOException {
        try {
            return NodeTls.context(tls);
        } catch (NodeFailure e) {
            // The node reads the same files and tells what is wrong with them.
            throw new IOException(e.getMessage(), e);
        }
    }

    static NodeFailure notAccepted(NodePlan node, IOException e) {
        return new NodeFailure(
                ExitCode.FAILED,
                "the certificate of " + node.id() + " is not accepted for " + node.host() + " (" + e.getMessage()
                        + "); see TrustStoreFilePath in " + TlsSettings.PATH,
                e);
    }

    /** Whether it is for the other's certificate that a connection was ended by this side. */
    static boolean isAboutTheCertificate(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return true;
            }
        }
        return false;
    }
}
