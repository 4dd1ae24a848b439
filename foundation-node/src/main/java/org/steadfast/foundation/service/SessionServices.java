package org.steadfast.foundation.service;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.security.Memberships;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Who asks. */
final class SessionServices {
    private final Memberships memberships;

    SessionServices(Memberships memberships) {
        this.memberships = memberships;
    }

    List<BuiltInService> services() {
        return List.of(
                BuiltInService.reading(
                        "GetCurrentUser() -> result:USERNAME",
                        request -> CompletableFuture.completedFuture(ServiceResult.of(new Value.Text(
                                BaseType.USERNAME, request.principal().user())))),
                BuiltInService.reading("GetCurrentUserGroups() -> result:INFOTABLE", this::groups));
    }

    private CompletionStage<ServiceResult> groups(ServiceRequest request) throws ModelException {
        Infotable.Builder rows = new Infotable.Builder(new FieldDefinition("name", BaseType.GROUPNAME));
        memberships.of(request.principal().user()).stream()
                .filter(party -> party.collection().equals(EntityType.GROUP.collection()))
                .map(party -> party.name())
                .sorted()
                .forEach(name -> rows.row(new Value.Text(BaseType.GROUPNAME, name)));
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(rows.build())));
    }
}
