package org.steadfast.foundation.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.steadfast.coordination.chassis.Readiness;
import org.steadfast.coordination.lease.Lease;
import org.steadfast.coordination.membership.Member;
import org.steadfast.coordination.membership.Membership;
import org.steadfast.coordination.membership.Role;

/**
 * The nodes of the cluster as the coordinator has them, and this node's place among those that take traffic. Safe for use by several
 * threads.
 */
public final class ClusterNodes implements AutoCloseable {
    private final String platformId;
    private final Membership membership;
    private final Lease lease;
    private final SingletonRole singleton;
    private final Readiness.Condition online;
    private final Membership.Watch foundationNodes;
    private final Membership.Watch connectionServers;

    private ClusterNodes(
            String platformId, Membership membership, Lease lease, SingletonRole singleton, Readiness.Condition online)
            throws Exception {
        this.platformId = platformId;
        this.membership = membership;
        this.lease = lease;
        this.singleton = singleton;
        this.online = online;
        this.foundationNodes = membership.watch(Role.FOUNDATION_NODE, members -> {});
        this.connectionServers = membership.watch(Role.CONNECTION_SERVER, members -> {});
    }

    /** Watches the nodes that are online. */
    public static ClusterNodes watch(
            String platformId, Membership membership, Lease lease, SingletonRole singleton, Readiness readiness)
            throws Exception {
        Readiness.Condition online = readiness.condition("online", "the node is starting");
        online.met();
        return new ClusterNodes(platformId, membership, lease, singleton, online);
    }

    /**
     * A node.
     *
     * @param address {@code host:port} of its HTTP port; empty where it is offline
     * @param stateAddress {@code host:port} at which foundation nodes reach its share of the state; empty where it has none
     * @param version of Steadfast that it runs; empty where it is offline
     */
    public record Node(
            String platformId,
            Role role,
            boolean isSingleton,
            boolean isOnline,
            String address,
            String stateAddress,
            String version) {}

    /** This node's platform id. */
    public String platformId() {
        return platformId;
    }

    /**
     * All nodes, foundation nodes first, by their platform ids.
     *
     * @throws Exception if the coordinator cannot be reached
     */
    public List<Node> all() throws Exception {
        Optional<String> elected = singleton.elected();
        Map<String, String> stateAddresses = new HashMap<>();
        for (Lease.Report report : lease.reports()) {
            stateAddresses.put(report.platformId(), report.address());
        }
        Map<String, Member> online = new HashMap<>();
        foundationNodes.members().forEach(member -> online.put(member.platformId(), member));
        TreeSet<String> names = new TreeSet<>(stateAddresses.keySet());
        names.addAll(online.keySet());
        List<Node> nodes = new ArrayList<>();
        for (String name : names) {
            Optional<Member> member = Optional.ofNullable(online.get(name));
            nodes.add(new Node(
                    name,
                    Role.FOUNDATION_NODE,
                    elected.equals(Optional.of(name)),
                    member.isPresent(),
                    member.map(ClusterNodes::address).orElse(""),
                    stateAddresses.getOrDefault(name, ""),
                    member.map(Member::version).orElse("")));
        }
        for (Member member : connectionServers.members()) {
            nodes.add(new Node(
                    member.platformId(), Role.CONNECTION_SERVER, false, true, address(member), "", member.version()));
        }
        return nodes;
    }

    private static String address(Member member) {
        return member.host() + ":" + member.port();
    }

    /**
     * Takes traffic, or takes none: then this node's readiness is negative, and connection servers leave it.
     *
     * @throws Exception if the coordinator cannot be reached
     */
    public void setOnline(boolean now) throws Exception {
        if (now) {
            membership.goOnline();
            online.met();
        } else {
            online.unmet("the node was set offline");
            membership.goOffline();
        }
    }

    /** As {@link SingletonRole#release}. */
    public Optional<String> releaseSingleton() throws Exception {
        return singleton.release();
    }

    @Override
    public void close() throws Exception {
        foundationNodes.close();
        connectionServers.close();
    }
}
