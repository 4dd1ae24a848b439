package org.steadfast.foundation.service;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.steadfast.foundation.security.ClientKeys;
import org.steadfast.foundation.security.LoginException;
import org.steadfast.protocol.type.Value;

/** Keys for programs that are about to connect for a user. */
final class ClientKeyServices {
    private final ClientKeys keys;

    ClientKeyServices(ClientKeys keys) {
        this.keys = keys;
    }

    List<BuiltInService> services() {
        // Whoever may only read gets a key that may only read.
        return List.of(BuiltInService.reading("GetClientApplicationKey() -> result:STRING", request -> {
            try {
                return CompletableFuture.completedFuture(
                        ServiceResult.of(Value.string(keys.issue(request.principal()))));
            } catch (LoginException e) {
                throw new ServiceException(ServiceException.Kind.UNAVAILABLE, e.getMessage(), e);
            }
        }));
    }
}
