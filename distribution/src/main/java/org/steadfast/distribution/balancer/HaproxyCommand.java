package org.steadfast.distribution.balancer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.distribution.cluster.ClusterNodes;
import org.steadfast.distribution.rendering.Destination;
import org.steadfast.distribution.rendering.Template;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the configuration of an HAProxy for the nodes of a cluster. */
@Command(
        name = "haproxy",
        mixinStandardHelpOptions = true,
        description =
                "Prints the configuration of an HAProxy for the nodes of a cluster: those of a cluster on this machine, or those"
                        + " that are named.")
public final class HaproxyCommand implements Callable<Integer> {
    @Option(names = "--instance", paramLabel = "FOLDER", description = "Folder of a cluster on this machine.")
    private Path instance;

    @Option(
            names = "--foundation-node",
            paramLabel = "ID=HOST:PORT[,NAME]",
            converter = BackendNode.Converter.class,
            description =
                    "A foundation node; may be repeated. NAME is the one in its certificate, where that is not HOST.")
    private List<BackendNode> foundationNodes = List.of();

    @Option(
            names = "--connection-server",
            paramLabel = "ID=HOST:PORT[,NAME]",
            converter = BackendNode.Converter.class,
            description = "A connection server; may be repeated.")
    private List<BackendNode> connectionServers = List.of();

    @Option(
            names = "--rest",
            paramLabel = "ADDRESS",
            defaultValue = ":9080",
            converter = ListenAddress.Converter.class,
            description = "Where users connect to, such as 10.0.0.5:80. Default: ${DEFAULT-VALUE}.")
    private ListenAddress rest;

    @Option(
            names = "--devices",
            paramLabel = "ADDRESS",
            defaultValue = ":9443",
            converter = ListenAddress.Converter.class,
            description = "Where devices connect to. Default: ${DEFAULT-VALUE}.")
    private ListenAddress devices;

    @Option(
            names = "--monitor",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1:9081",
            converter = ListenAddress.Converter.class,
            description = "Where keepalived asks whether there are nodes that take traffic. Default: ${DEFAULT-VALUE}.")
    private ListenAddress monitor;

    @Option(
            names = "--backend-ca",
            paramLabel = "FILE",
            converter = BalancerFile.Converter.class,
            description =
                    "The nodes speak TLS; authority of their certificates, PEM, on HAProxy's machine. Default: that of the --instance, where it was laid out with TLS; /etc/ssl/certs/ca-certificates.crt, where that is one that everybody knows.")
    private BalancerFile nodesAuthority;

    @Option(
            names = "--rest-certificate",
            paramLabel = "FILE",
            converter = BalancerFile.Converter.class,
            description = "Users speak TLS; certificate, chain and key in one PEM file on HAProxy's machine.")
    private BalancerFile restCertificate;

    @Option(
            names = "--devices-certificate",
            paramLabel = "FILE",
            converter = BalancerFile.Converter.class,
            description =
                    "HAProxy speaks TLS with devices, and has this certificate. Without it their bytes are passed on to the"
                            + " connection servers as they are, TLS or not.")
    private BalancerFile devicesCertificate;

    @Option(
            names = "--proxy-protocol",
            description =
                    "Tell connection servers where each device comes from. They must have the addresses of HAProxy's machine among their ConnectionServerSettings.TrustedProxies; those that have not get nothing.")
    private boolean proxyProtocol;

    @Option(
            names = "--redirect-plain",
            paramLabel = "ADDRESS",
            converter = ListenAddress.Converter.class,
            description = "Where users who speak plain HTTP are sent on to --rest.")
    private ListenAddress redirected;

    @Option(
            names = "--refuse-plain",
            paramLabel = "ADDRESS",
            converter = ListenAddress.Converter.class,
            description = "Where users who speak plain HTTP get 403.")
    private ListenAddress refused;

    @Option(
            names = "--template",
            paramLabel = "FILE",
            defaultValue = "${sys:steadfast.home}/templates/haproxy.cfg",
            description = "The template that is filled in. Default: that of this installation.")
    private Path template;

    @Mixin
    private Destination destination;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<BackendNode> users = foundationNodes;
        List<BackendNode> gates = connectionServers;
        try {
            if (instance != null) {
                ClusterNodes nodes = ClusterNodes.of(instance.toAbsolutePath().normalize());
                if (nodesAuthority == null && nodes.authority().isPresent()) {
                    nodesAuthority = ofThis(nodes.authority().get());
                }
                users = backends(nodes.foundationNodes(), nodes.nameInCertificates());
                gates = backends(nodes.connectionServers(), nodes.nameInCertificates());
            }
        } catch (NodeFailure e) {
            spec.commandLine().getErr().println("steadfast: " + e.getMessage());
            return e.exitCode().code();
        }
        check(users, gates);
        return new Template(template)
                .render(spec.commandLine(), words(users, gates), destination)
                .code();
    }

    private void check(List<BackendNode> users, List<BackendNode> gates) {
        if (users.isEmpty() || gates.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--instance is needed, or at least one --foundation-node and one --connection-server");
        }
        if (restCertificate == null && !plainUsers().isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--redirect-plain and --refuse-plain need --rest-certificate, for --rest to speak TLS");
        }
        if (nodesAuthority != null) {
            Stream.concat(users.stream(), gates.stream())
                    .filter(node -> node.certificateName().isEmpty())
                    .findFirst()
                    .ifPresent(this::refuseNameless);
        }
    }

    private void refuseNameless(BackendNode node) {
        throw new ParameterException(
                spec.commandLine(),
                "--backend-ca: HAProxy looks for names in certificates, not for addresses, and " + node.id() + " ("
                        + node.address() + ") has none: give it as --foundation-node or --connection-server "
                        + node.id()
                        + "=" + node.address() + ",NAME");
    }

    private PlainUsers plainUsers() {
        return new PlainUsers(Optional.ofNullable(redirected), Optional.ofNullable(refused));
    }

    private Map<String, String> words(List<BackendNode> users, List<BackendNode> gates) {
        ServerLines servers = new ServerLines(Optional.ofNullable(nodesAuthority));
        Function<BackendNode, String> origin = node -> proxyProtocol ? " send-proxy-v2" : "";
        Map<String, String> words = new HashMap<>();
        words.put("rest", rest + tls(restCertificate));
        words.put("rest-scheme", restCertificate == null ? "http" : "https");
        words.put("devices", devices + tls(devicesCertificate));
        words.put("monitor", monitor.toString());
        words.put("plain-rest", plainUsers().frontends(rest));
        words.put("foundation-nodes", servers.spokenTo(users, node -> " cookie " + node.id()));
        words.put(
                "connection-servers",
                devicesCertificate == null ? servers.passedTo(gates, origin) : servers.spokenTo(gates, origin));
        return words;
    }

    private static String tls(BalancerFile certificate) {
        return certificate == null ? "" : " ssl crt " + certificate.word() + " ssl-min-ver TLSv1.2";
    }

    private BalancerFile ofThis(Path authority) {
        try {
            return new BalancerFile(authority.toString());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    e.getMessage() + "; copy the authority of the cluster and name the copy with --backend-ca",
                    e);
        }
    }

    private static List<BackendNode> backends(Map<String, String> addresses, Optional<String> nameInCertificate) {
        return addresses.entrySet().stream()
                .map(entry -> new BackendNode(entry.getKey(), entry.getValue()))
                .map(node -> node.certificateName().isPresent() ? node : node.named(nameInCertificate))
                .toList();
    }
}
