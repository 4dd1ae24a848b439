package org.steadfast.foundation.service;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.ServiceDefinition;
import org.steadfast.foundation.model.ServiceImplementation;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.security.Principal;
import org.steadfast.protocol.type.Value;

/** Runs what is written in JavaScript: services and subscriptions. Safe for use by several threads. */
public interface Scripts {
    /**
     * Runs the script of a service.
     *
     * @param me the thing whose service it is
     * @return what it gave, of the service's result type; fails with a {@link ServiceException}
     */
    CompletionStage<Value> invoke(
            Thing me, ServiceDefinition service, ServiceImplementation implementation, ServiceRequest request)
            throws ServiceException;

    /**
     * Runs the script of a subscription.
     *
     * @param me the thing that subscribes
     * @param subscription its name, for messages
     * @param variables what the script sees by name, besides what every script sees
     * @param principal with whose rights it runs
     * @return completes when it has ended; fails with a {@link ServiceException}
     */
    CompletionStage<Void> run(
            Thing me, String subscription, String code, Map<String, Value> variables, Principal principal)
            throws ServiceException;

    /**
     * Looks at a script without running it.
     *
     * @return why it cannot be run, empty where it can; fails with a {@link ServiceException}
     */
    CompletionStage<Optional<ScriptFlaw>> check(String code) throws ServiceException;
}
