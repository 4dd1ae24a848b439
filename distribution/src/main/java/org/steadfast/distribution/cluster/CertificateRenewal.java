package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.FolderLock;
import org.steadfast.coordination.chassis.NodeFailure;

/**
 * Has the authority of a cluster issue another certificate before the one that nodes show expires, so that nobody has to get up for that. Each machine
 * of the cluster looks; whoever is first renews it for all, and nodes that run show the new one. Works in a thread of its own.
 */
final class CertificateRenewal implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CertificateRenewal.class);
    /** Longer before its end than nodes begin to warn of it. */
    static final Duration BEFORE_END = Duration.ofDays(60);

    private static final long PERIOD_MINUTES = TimeUnit.HOURS.toMinutes(6);
    /** Machines that were started together do not look at the same moment. */
    private static final int FIRST_WITHIN_MINUTES = 10;

    private final Instance instance;
    private final ClusterCertificate certificate;
    private final Clock clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "certificate-renewal");
        made.setDaemon(true);
        return made;
    });

    CertificateRenewal(Instance instance, Clock clock) {
        this.instance = instance;
        this.certificate = new ClusterCertificate(instance.platform());
        this.clock = clock;
    }

    /** Begins to look, again and again until it is closed. */
    static CertificateRenewal start(Instance instance) {
        CertificateRenewal renewal = new CertificateRenewal(instance, Clock.systemUTC());
        var unused = renewal.thread.scheduleWithFixedDelay(
                renewal::look,
                1 + ThreadLocalRandom.current().nextInt(FIRST_WITHIN_MINUTES),
                PERIOD_MINUTES,
                TimeUnit.MINUTES);
        return renewal;
    }

    private void look() {
        try {
            renew().ifPresent(
                            until -> log.info("The certificate of the cluster was renewed; it holds until {}", until));
        } catch (IOException | NodeFailure | RuntimeException e) {
            log.warn(
                    "CERTIFICATE_NOT_RENEWED: the certificate of the cluster is to be renewed and was not; it is tried again in {} h",
                    TimeUnit.MINUTES.toHours(PERIOD_MINUTES),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Renews the certificate if it is time; until when the new one holds, or empty where there is nothing to renew. */
    Optional<Instant> renew() throws IOException, InterruptedException, NodeFailure {
        if (!certificate.isOfTheCluster() || !isTime(certificate.shown())) {
            return Optional.empty();
        }
        try (FolderLock lock = instance.lockSecrets()) {
            // Another machine may have been first.
            Optional<CertificateFile> shown = certificate.shown();
            if (!isTime(shown)) {
                return Optional.empty();
            }
            certificate.issue(shown.orElseThrow().names());
        }
        return certificate.shown().map(CertificateFile::until);
    }

    private boolean isTime(Optional<CertificateFile> shown) {
        return shown.isPresent()
                && clock.instant().plus(BEFORE_END).isAfter(shown.get().until());
    }

    /** Ends a renewal that is under way. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
