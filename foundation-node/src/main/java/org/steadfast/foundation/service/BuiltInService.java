package org.steadfast.foundation.service;

import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.ServiceDefinition;

/**
 * A service that the platform does by itself.
 *
 * @param changes whether it changes anything; whoever may only read may not call it then
 */
record BuiltInService(ServiceDefinition definition, boolean changes, Handler handler) {

    /** Does a service. */
    @FunctionalInterface
    interface Handler {
        CompletionStage<ServiceResult> invoke(ServiceRequest request) throws Exception;
    }

    /** @param signature such as {@code SetDescription(description:STRING) -> result:NOTHING} */
    static BuiltInService reading(String signature, Handler handler) {
        return new BuiltInService(Signature.read(signature), false, handler);
    }

    /** @param signature such as {@code SetDescription(description:STRING) -> result:NOTHING} */
    static BuiltInService changing(String signature, Handler handler) {
        return new BuiltInService(Signature.read(signature), true, handler);
    }
}
