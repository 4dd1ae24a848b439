package org.steadfast.foundation.service;

import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.ServiceDefinition;
import org.steadfast.foundation.model.ServiceImplementation;
import org.steadfast.foundation.model.Thing;
import org.steadfast.protocol.type.Value;

/** Runs services that are written in JavaScript. */
public interface Scripts {
    /**
     * Runs a script.
     *
     * @param me the thing whose service it is
     * @return what it gave, of the service's result type; fails with a {@link ServiceException}
     */
    CompletionStage<Value> invoke(
            Thing me, ServiceDefinition service, ServiceImplementation implementation, ServiceRequest request)
            throws ServiceException;
}
