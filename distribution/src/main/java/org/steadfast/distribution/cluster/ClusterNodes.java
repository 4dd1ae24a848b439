package org.steadfast.distribution.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.settings.SettingsFile;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/**
 * The nodes of a cluster that others connect to.
 *
 * @param foundationNodes addresses by platform id
 * @param connectionServers addresses by platform id
 * @param authority of the nodes' certificates, PEM; empty where they have been laid out without TLS
 * @param nameInCertificates of all nodes; empty where none is known
 */
public record ClusterNodes(
        Map<String, String> foundationNodes,
        Map<String, String> connectionServers,
        Optional<Path> authority,
        Optional<String> nameInCertificates) {
    /** Where Debian has the authorities that everybody knows. */
    private static final Path KNOWN_TO_ALL = Path.of("/etc/ssl/certs/ca-certificates.crt");

    /**
     * Reads the list of nodes in the folder of a cluster.
     *
     * @throws NodeFailure if there is none
     */
    public static ClusterNodes of(Path folder) throws NodeFailure {
        Instance instance = Instance.read(folder);
        try {
            ClusterCertificate certificate = new ClusterCertificate(instance.platform());
            Optional<Path> authority = Optional.empty();
            boolean isShown = isShown(instance, certificate);
            if (isShown) {
                authority = Optional.of(Files.exists(certificate.authority()) ? certificate.authority() : KNOWN_TO_ALL);
            }
            return new ClusterNodes(
                    addresses(instance, NodePlan.FOUNDATION_NODE),
                    addresses(instance, NodePlan.CONNECTION_SERVER),
                    authority,
                    isShown ? certificate.name() : Optional.empty());
        } catch (IOException e) {
            throw new NodeFailure(
                    ExitCode.FAILED, "the certificate of the cluster cannot be read: " + e.getMessage(), e);
        }
    }

    /** By the settings, which somebody may have changed since the cluster was laid out. */
    private static boolean isShown(Instance instance, ClusterCertificate certificate) throws IOException {
        try {
            JsonNode tls = Json.read(Files.readAllBytes(instance.platform().resolve(SettingsFile.NAME)))
                    .at("/PlatformSettingsConfig/TlsSettings");
            Path shown =
                    instance.platform().resolve(tls.path("KeyStoreFilePath").asText());
            return tls.path("Enabled").asBoolean() && shown.normalize().equals(certificate.file());
        } catch (InvalidValueException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static Map<String, String> addresses(Instance instance, String role) {
        Map<String, String> addresses = new LinkedHashMap<>();
        instance.nodes(role).forEach(node -> addresses.put(node.id(), node.address()));
        return addresses;
    }
}
