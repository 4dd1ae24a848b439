package org.steadfast.foundation.service;

import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.ServiceDefinition;

/**
 * A service that the platform does by itself.
 *
 * @param changes whether it changes anything; whoever may only read may not call it then
 * @param need what whoever calls it must be allowed
 */
record BuiltInService(ServiceDefinition definition, boolean changes, Need need, Handler handler) {

    /** What a caller must be allowed. */
    enum Need {
        /** ServiceInvoke on the service. */
        INVOKE,
        /** ServiceInvoke on the service, and Update on the entity. */
        UPDATE,
        /** The same, where the service writes the audit log itself. */
        UPDATE_PERMISSIONS,
        /** To be an administrator. */
        ADMINISTRATE,
        /** What the service itself asks for. */
        NOTHING
    }

    /** Does a service. */
    @FunctionalInterface
    interface Handler {
        CompletionStage<ServiceResult> invoke(ServiceRequest request) throws Exception;
    }

    /** @param signature such as {@code SetDescription(description:STRING) -> result:NOTHING} */
    static BuiltInService reading(String signature, Handler handler) {
        return new BuiltInService(Signature.read(signature), false, Need.INVOKE, handler);
    }

    /** @param signature such as {@code SetPropertyValues(values:INFOTABLE) -> result:NOTHING} */
    static BuiltInService changing(String signature, Handler handler) {
        return new BuiltInService(Signature.read(signature), true, Need.INVOKE, handler);
    }

    /** A service that changes what its entity is. */
    static BuiltInService defining(String signature, Handler handler) {
        return new BuiltInService(Signature.read(signature), true, Need.UPDATE, handler);
    }

    /** The same service for those who are allowed something else. */
    BuiltInService needing(Need other) {
        return new BuiltInService(definition, changes, other, handler);
    }
}
