package org.steadfast.distribution.balancer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The lines of an HAProxy's backend that name its servers.
 *
 * @param authority of the certificates of the nodes, which speak TLS then; empty where they speak plain HTTP
 */
record ServerLines(Optional<BalancerFile> authority) {

    /** Servers to which HAProxy itself speaks. */
    String spokenTo(List<BackendNode> nodes, Function<BackendNode, String> more) {
        return lines(nodes, "ssl check-ssl", node -> more.apply(node) + name(node, name -> " sni str(" + name + ")"));
    }

    /** Servers to which bytes are passed as they come: only HAProxy's own checks speak TLS. */
    String passedTo(List<BackendNode> nodes, Function<BackendNode, String> more) {
        return lines(nodes, "check-ssl", more);
    }

    private String lines(List<BackendNode> nodes, String tls, Function<BackendNode, String> more) {
        List<String> lines = new ArrayList<>();
        authority.ifPresent(file -> lines.add("  default-server " + tls + " verify required ca-file " + file.word()));
        for (BackendNode node : nodes) {
            lines.add("  server " + node.id() + " " + node.address() + more.apply(node)
                    + name(node, name -> " verifyhost " + name + " check-sni " + name));
        }
        return String.join("\n", lines);
    }

    private String name(BackendNode node, Function<String, String> words) {
        return authority.flatMap(file -> node.certificateName()).map(words).orElse("");
    }
}
