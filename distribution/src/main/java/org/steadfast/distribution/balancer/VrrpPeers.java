package org.steadfast.distribution.balancer;

import java.util.List;
import java.util.stream.Collectors;

/** The machines among which an address goes, each told of the others. */
record VrrpPeers(Ipv4Address own, List<Ipv4Address> others) {

    /** What is said goes to the others alone, and is heard from them alone and only where no router has passed it on. */
    String lines() {
        return "  unicast_src_ip " + own + "\n  unicast_ttl 255\n  unicast_peer {\n"
                + others.stream()
                        .map(other -> "    " + other + " min_ttl 255 max_ttl 255\n")
                        .collect(Collectors.joining())
                + "  }";
    }
}
