package org.steadfast.distribution.cluster;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.FolderLock;
import org.steadfast.coordination.chassis.NodeFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows the certificate of a cluster that was laid out with TLS, and has its authority issue another one. */
@Command(
        name = "certificate",
        mixinStandardHelpOptions = true,
        description =
                "Shows the certificate of a cluster that was laid out with --tls generated, or renews it while nodes run.")
final class ClusterCertificateCommand implements Callable<Integer> {
    @Mixin
    private InstanceOption option;

    @Option(
            names = "--renew",
            description =
                    "The cluster's own authority issues a certificate with a new key; nodes show it within seconds.")
    private boolean renew;

    @Option(
            names = "--names",
            paramLabel = "NAME,...",
            split = ",",
            converter = NodeHosts.HostConverter.class,
            description = "With --renew, names and addresses that it is for beside those of the one that there is.")
    private List<String> names = List.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (!renew && !names.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--names goes with --renew");
        }
        Instance instance = option.read();
        ClusterCertificate certificate = new ClusterCertificate(instance.platform());
        Optional<CertificateFile> shown = certificate.shown();
        if (shown.isEmpty()) {
            throw new NodeFailure(
                    ExitCode.FAILED,
                    "the cluster in " + instance.folder()
                            + " has no certificate that cluster create has made or copied");
        }
        if (renew) {
            if (!certificate.isOfTheCluster()) {
                throw new NodeFailure(
                        ExitCode.FAILED,
                        "the certificate is not of an authority of this cluster; put another file with the same password in the place of "
                                + certificate.file());
            }
            Set<String> all = new LinkedHashSet<>(shown.get().names());
            all.addAll(names);
            try (FolderLock lock = instance.lockSecrets()) {
                certificate.issue(all);
            }
            shown = certificate.shown();
        }
        print(certificate, shown.orElseThrow());
        return ExitCode.OK.code();
    }

    private void print(ClusterCertificate certificate, CertificateFile shown) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("Certificate  " + certificate.file());
        out.println("For          " + String.join(", ", shown.names()));
        out.printf(
                "Until        %s, %d days%n",
                shown.until(), Duration.between(Instant.now(), shown.until()).toDays());
        if (certificate.isOfTheCluster()) {
            out.println("Authority    " + certificate.authority());
        }
        out.flush();
    }
}
