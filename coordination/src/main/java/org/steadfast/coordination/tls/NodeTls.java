package org.steadfast.coordination.tls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;

/**
 * The TLS of one node. Looks at its files again and again; when they have changed, new connections get what they hold, and where
 * they cannot be used what was there before stays. Safe for use by several threads.
 */
public final class NodeTls implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NodeTls.class);
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final long CLOSE_SECONDS = 5;
    private static final Duration BETWEEN_WARNINGS = Duration.ofDays(1);

    private final TlsSettings settings;
    private final TlsFiles files;
    private final Clock clock;
    private final SslContextFactory.Server server = new SslContextFactory.Server();
    private final SslContextFactory.Client client = new SslContextFactory.Client();
    /** Written by the thread that looks, after the start. */
    private final Optional<TlsCopies> copies;

    private final Counter taken;
    private final Counter refused;
    private final ScheduledExecutorService looking =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "tls-reload"));
    /** Written by the thread that looks; read by whoever asks for metrics. */
    private volatile LoadedTls current;
    /** Written by the thread that looks; read by whoever asks for metrics. */
    private volatile boolean unusable;
    /** The contents that were tried last, whether they could be used or not. Used by the thread that looks, after the start. */
    private String tried;
    /** Used by the thread that looks, after the start. */
    private Instant warned = Instant.MIN;
    /** Used by the thread that looks. */
    private boolean isCopyingFailed;

    private NodeTls(TlsSettings settings, CoordinatorTlsSettings coordinators, MeterRegistry registry, Clock clock)
            throws NodeFailure {
        this.settings = settings;
        this.files = new TlsFiles(settings);
        this.clock = clock;
        this.tried = files.fingerprint();
        this.current = LoadedTls.of(files.read());
        server.setIncludeProtocols(PROTOCOLS);
        server.setRenegotiationAllowed(false);
        server.setWantClientAuth(settings.requireLinkCertificate());
        client.setIncludeProtocols(PROTOCOLS);
        client.setEndpointIdentificationAlgorithm("HTTPS");
        server.setSslContext(current.context());
        client.setSslContext(current.context());
        this.taken = reloads(registry, "taken");
        this.refused = reloads(registry, "refused");
        Gauge.builder("steadfast.tls.files.unusable", this, tls -> tls.unusable ? 1 : 0)
                .description("1 while the files cannot be used and an earlier certificate is served")
                .register(registry);
        if (current.chain().isPresent()) {
            Gauge.builder("steadfast.tls.certificate.remaining", this, NodeTls::remainingSeconds)
                    .baseUnit("seconds")
                    .description("Time until the node's certificate, or one of its chain, expires")
                    .register(registry);
        }
        this.copies =
                coordinators.enabled() ? Optional.of(copies(coordinators.copiesFolder(), current)) : Optional.empty();
    }

    private static TlsCopies copies(Path folder, LoadedTls loaded) throws NodeFailure {
        if (loaded.chain().isEmpty() || loaded.trust() == null) {
            throw new NodeFailure(
                    ExitCode.SETTINGS_INVALID,
                    CoordinatorTlsSettings.PATH + ".Enabled is true, so " + TlsSettings.PATH
                            + " must have a certificate, and TrustStoreFilePath with the authority of the other nodes");
        }
        TlsCopies copies = TlsCopies.in(folder);
        try {
            copies.write(loaded);
            return copies;
        } catch (IOException e) {
            copies.close();
            throw new NodeFailure(
                    ExitCode.STORAGE_UNUSABLE,
                    "the folder " + folder + " cannot be written; make room in it or set " + CoordinatorTlsSettings.PATH
                            + ".CopiesFolder: " + e,
                    e);
        }
    }

    /**
     * Reads the files, and goes on looking at them until it is closed.
     *
     * @param coordinators whether they are for speaking with coordinators, too
     * @throws NodeFailure that names the setting, where they cannot be used
     */
    public static NodeTls open(TlsSettings settings, CoordinatorTlsSettings coordinators, MeterRegistry registry)
            throws NodeFailure {
        return open(settings, coordinators, registry, Clock.systemUTC());
    }

    /** For what does not speak with coordinators. */
    public static NodeTls open(TlsSettings settings, MeterRegistry registry) throws NodeFailure {
        return open(settings, CoordinatorTlsSettings.off(), registry);
    }

    /**
     * For a coordinator or a command, which have no port for metrics.
     *
     * @return empty without TLS
     * @throws NodeFailure that names the setting, where the files cannot be used
     */
    public static Optional<NodeTls> open(CoordinatorCertificate certificate) throws NodeFailure {
        Optional<TlsSettings> shown = certificate.certificate();
        return shown.isPresent()
                ? Optional.of(open(shown.get(), certificate.settings(), new CompositeMeterRegistry()))
                : Optional.empty();
    }

    static NodeTls open(TlsSettings settings, CoordinatorTlsSettings coordinators, MeterRegistry registry, Clock clock)
            throws NodeFailure {
        NodeTls tls = new NodeTls(settings, coordinators, registry, clock);
        tls.warnOfExpiry();
        long millis = settings.reloadInterval().toMillis();
        var unused = tls.looking.scheduleWithFixedDelay(tls::look, millis, millis, TimeUnit.MILLISECONDS);
        return tls;
    }

    /**
     * For a command that connects once: trusts what the settings name, and shows their certificate.
     *
     * @throws NodeFailure that names the setting, where the files cannot be used
     */
    public static SSLContext context(TlsSettings settings) throws NodeFailure {
        return LoadedTls.of(new TlsFiles(settings).read()).context();
    }

    private static Counter reloads(MeterRegistry registry, String result) {
        return Counter.builder("steadfast.tls.reloads")
                .tag("result", result)
                .description("How often changed files were taken, or could not be used")
                .register(registry);
    }

    /** What the node's port speaks; empty where TLS is not enabled. */
    public Optional<SslContextFactory.Server> server() {
        return settings.enabled() ? Optional.of(server) : Optional.empty();
    }

    /** For connections that this node opens: checks the other's certificate and its name, and shows its own. */
    public SslContextFactory.Client client() {
        return client;
    }

    /**
     * What foundation nodes speak with each other; empty where that is not enabled. A changed certificate is shown in connections that are
     * opened later.
     */
    public Optional<SSLContext> betweenFoundationNodes() {
        if (!settings.betweenFoundationNodes()) {
            return Optional.empty();
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    new KeyManager[] {new CurrentKeys(() -> current.keys())},
                    new TrustManager[] {new CurrentTrust(() -> current.trust())},
                    null);
            // A session that is resumed is not looked at again; here, where the context stays, for long.
            context.getServerSessionContext().setSessionTimeout(1);
            context.getClientSessionContext().setSessionTimeout(1);
            return Optional.of(context);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    /** What the node shows coordinators and trusts of them; empty where it speaks with them without TLS. Valid until this is closed. */
    public Optional<TlsCopies> withCoordinators() {
        return copies;
    }

    private double remainingSeconds() {
        return current.chain()
                .map(chain -> (double)
                        Duration.between(clock.instant(), chain.expiry()).toSeconds())
                .orElse(Double.NaN);
    }

    private void look() {
        try {
            // First the fingerprint: what changes after it is seen at the next look.
            String now = files.fingerprint();
            if (!now.equals(tried)) {
                tried = now;
                reload();
            }
            warnOfExpiry();
        } catch (RuntimeException e) {
            // The next look comes nevertheless.
            log.error("TLS_NOT_RELOADED: looking at the TLS files failed", e);
        }
    }

    private void reload() {
        try {
            LoadedTls loaded = LoadedTls.of(files.read());
            if (copies.isPresent()) {
                copies.get().write(loaded);
            }
            current = loaded;
            server.reload(factory -> factory.setSslContext(loaded.context()));
            client.reload(factory -> factory.setSslContext(loaded.context()));
            unusable = false;
            isCopyingFailed = false;
            warned = Instant.MIN;
            taken.increment();
            log.info(
                    "New connections get the changed certificate: {}",
                    loaded.chain()
                            .map(chain -> chain.subject() + ", valid until " + chain.expiry())
                            .orElse("none, only trust has changed"));
        } catch (NodeFailure e) {
            unusable = true;
            refused.increment();
            log.error(
                    "TLS_NOT_RELOADED: the changed TLS files cannot be used, the earlier ones stay in use: {}",
                    e.getMessage());
        } catch (IOException e) {
            unusable = true;
            refused.increment();
            // Unlike the files, the room for the copies gets better by itself.
            tried = "";
            if (!isCopyingFailed) {
                log.error(
                        "TLS_NOT_RELOADED: the changed TLS files cannot be copied for the coordinator; it is tried again",
                        e);
            }
            isCopyingFailed = true;
        } catch (Exception e) {
            unusable = true;
            refused.increment();
            log.error("TLS_NOT_RELOADED: the changed TLS files cannot be used", e);
        }
    }

    private void warnOfExpiry() {
        Instant now = clock.instant();
        current.chain().map(CertificateChain::expiry).ifPresent(expiry -> {
            boolean isSoon = !now.isBefore(expiry.minus(settings.expiryWarning()));
            boolean isSaid = warned.isAfter(now.minus(BETWEEN_WARNINGS));
            if (isSoon && !isSaid) {
                warned = now;
                log.warn(
                        "CERTIFICATE_EXPIRES: the certificate in {} {} on {}; put a new one in its place, no restart is needed",
                        TlsSettings.isSet(settings.keyStoreFile())
                                ? settings.keyStoreFile()
                                : settings.certificateFile(),
                        expiry.isAfter(now) ? "expires" : "expired",
                        expiry);
            }
        });
    }

    @Override
    public void close() {
        looking.shutdownNow();
        try {
            // It may be writing copies, whose folder belongs to somebody else afterwards.
            if (!looking.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                log.warn("STOP_INCOMPLETE: looking at the TLS files has not ended after {} s", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        copies.ifPresent(TlsCopies::close);
    }
}
