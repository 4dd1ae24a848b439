package org.steadfast.foundation.service;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;

/** Who asks. */
final class SessionServices {
    List<BuiltInService> services() {
        return List.of(BuiltInService.reading(
                "GetCurrentUser() -> result:USERNAME",
                request -> CompletableFuture.completedFuture(ServiceResult.of(
                        new Value.Text(BaseType.USERNAME, request.principal().user())))));
    }
}
