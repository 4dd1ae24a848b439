package org.steadfast.distribution.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.steadfast.coordination.settings.Secret;

/** Whose certificate the nodes of a cluster show that speaks TLS. */
sealed interface TlsChoice {
    /**
     * The cluster has an authority of its own.
     *
     * @param names what else users and devices call the cluster, beside the machines of its nodes: names and addresses
     */
    record Generated(List<String> names) implements TlsChoice {
        public Generated {
            names = List.copyOf(names);
        }
    }

    /**
     * Somebody else's authority has issued one.
     *
     * @param keyStore a PKCS#12 file with one private key, its certificate and the chain of that
     * @param authority PEM; empty where it is one that Java trusts
     */
    record Own(Path keyStore, Secret password, Optional<Path> authority) implements TlsChoice {}
}
