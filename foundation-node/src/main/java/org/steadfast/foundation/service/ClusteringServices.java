package org.steadfast.foundation.service;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.steadfast.coordination.membership.Role;
import org.steadfast.foundation.cluster.ClusterNodes;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Shows the nodes of the cluster to administrators, and lets them say who takes traffic and who fires schedules. */
final class ClusteringServices {
    private final ClusterNodes nodes;

    ClusteringServices(ClusterNodes nodes) {
        this.nodes = nodes;
    }

    List<BuiltInService> services() {
        return List.of(
                BuiltInService.reading(
                                "GetNodeInfo() -> result:INFOTABLE",
                                request -> table(node -> node.platformId().equals(nodes.platformId())))
                        .needing(BuiltInService.Need.ADMINISTRATE),
                BuiltInService.reading("GetClusterNodes() -> result:INFOTABLE", request -> table(node -> true))
                        .needing(BuiltInService.Need.ADMINISTRATE),
                BuiltInService.changing("ReleaseSingleton() -> result:STRING", this::release)
                        .needing(BuiltInService.Need.ADMINISTRATE),
                BuiltInService.changing("SetOnlineState(online:BOOLEAN*) -> result:NOTHING", this::setOnline)
                        .needing(BuiltInService.Need.ADMINISTRATE));
    }

    private CompletionStage<ServiceResult> table(Predicate<ClusterNodes.Node> choice) throws Exception {
        List<ClusterNodes.Node> all = nodes.all();
        long servers =
                all.stream().filter(node -> node.role() == Role.FOUNDATION_NODE).count();
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("platformId", BaseType.STRING),
                new FieldDefinition("role", BaseType.STRING),
                new FieldDefinition("singleton", BaseType.BOOLEAN),
                new FieldDefinition("online", BaseType.BOOLEAN),
                new FieldDefinition("address", BaseType.STRING),
                new FieldDefinition("stateAddress", BaseType.STRING),
                new FieldDefinition("version", BaseType.STRING),
                new FieldDefinition("servers", BaseType.INTEGER));
        all.stream()
                .filter(choice)
                .forEach(node -> rows.row(
                        Value.string(node.platformId()),
                        Value.string(node.role().title()),
                        new Value.Bool(node.isSingleton()),
                        new Value.Bool(node.isOnline()),
                        Value.string(node.address()),
                        Value.string(node.stateAddress()),
                        Value.string(node.version()),
                        new Value.Int((int) servers)));
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(rows.build())));
    }

    private CompletionStage<ServiceResult> release(ServiceRequest request) throws Exception {
        return CompletableFuture.completedFuture(ServiceResult.of(Value.string(nodes.releaseSingleton()
                .orElseThrow(() -> new ServiceException(
                        ServiceException.Kind.UNAVAILABLE, "no node has taken the singleton role yet")))));
    }

    private CompletionStage<ServiceResult> setOnline(ServiceRequest request) throws Exception {
        if (request.value("online", BaseType.BOOLEAN).isEmpty()) {
            throw request.invalid("online", "must be given");
        }
        nodes.setOnline(request.flag("online", true));
        return CompletableFuture.completedFuture(ServiceResult.NOTHING);
    }
}
