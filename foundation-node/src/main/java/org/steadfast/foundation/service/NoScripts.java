package org.steadfast.foundation.service;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.ServiceDefinition;
import org.steadfast.foundation.model.ServiceImplementation;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.security.Principal;
import org.steadfast.protocol.type.Value;

/** Runs no scripts. */
public final class NoScripts implements Scripts {
    @Override
    public CompletionStage<Value> invoke(
            Thing me, ServiceDefinition service, ServiceImplementation implementation, ServiceRequest request)
            throws ServiceException {
        throw new ServiceException(
                ServiceException.Kind.NOT_IMPLEMENTED,
                "Unable to Invoke Service " + service.name() + " on " + me.name()
                        + " : this platform does not run scripts yet");
    }

    @Override
    public CompletionStage<Void> run(
            Thing me, String subscription, String code, Map<String, Value> variables, Principal principal)
            throws ServiceException {
        throw new ServiceException(
                ServiceException.Kind.NOT_IMPLEMENTED,
                "Unable to run subscription " + subscription + " of " + me.name()
                        + " : this platform does not run scripts yet");
    }
}
