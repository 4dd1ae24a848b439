package org.steadfast.foundation.security;

import java.util.Arrays;
import java.util.List;
import org.steadfast.coordination.settings.AddressRange;

/** Tells where requests come from, and how, also through load balancers that are trusted to say so. Immutable. */
public final class ClientAddress {
    private final List<AddressRange> trusted;

    ClientAddress(List<String> trustedProxies) {
        this.trusted = trustedProxies.stream().map(AddressRange::of).toList();
    }

    /**
     * The address of whoever sent a request: the last one that no trusted proxy has.
     *
     * @param peer the other end of the connection; one of IPv6 may stand in brackets
     * @param forwardedFor the header X-Forwarded-For, or null
     */
    public String of(String peer, String forwardedFor) {
        String last = bare(peer);
        if (forwardedFor == null || !isTrusted(last)) {
            return last;
        }
        String[] hops = forwardedFor.split(",", -1);
        String address = last;
        for (int i = hops.length - 1; i >= 0 && isTrusted(address); i--) {
            address = hops[i].strip();
        }
        return address;
    }

    /**
     * Whether a client speaks TLS with the load balancer that it came by.
     *
     * @param peer the other end of the connection; one of IPv6 may stand in brackets
     * @param forwardedProto the header X-Forwarded-Proto, or null; of several balancers it is enough that one says https, since what
     *     is lost by a wrong one is that a client does not send its cookie
     */
    public boolean isForwardedOverTls(String peer, String forwardedProto) {
        return forwardedProto != null
                && isTrusted(bare(peer))
                && Arrays.stream(forwardedProto.split(",", -1))
                        .anyMatch(scheme -> scheme.strip().equalsIgnoreCase("https"));
    }

    private static String bare(String peer) {
        return peer.startsWith("[") && peer.endsWith("]") ? peer.substring(1, peer.length() - 1) : peer;
    }

    private boolean isTrusted(String address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }
}
