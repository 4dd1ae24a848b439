package org.steadfast.foundation.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/**
 * How a service or a subscription is done.
 *
 * @param handlerName such as {@link #SCRIPT} or {@link #REMOTE}
 * @param code the script; empty for other handlers
 * @param settings what else the handler needs, as its author wrote it; not to be changed
 */
public record ServiceImplementation(String name, String handlerName, String code, ObjectNode settings) {
    /** Handler of services in JavaScript. */
    public static final String SCRIPT = "Script";
    /** Handler of services that the thing's device has. */
    public static final String REMOTE = "Remote";

    public ServiceImplementation {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(handlerName, "handlerName is null");
        Objects.requireNonNull(code, "code is null");
        Objects.requireNonNull(settings, "settings is null");
    }

    /** What the device calls the service. */
    public String sourceName() {
        String source = settings.path("sourceName").asText();
        return source.isEmpty() ? name : source;
    }

    /** How long the device has time to answer, in seconds; 0 where nothing is said. */
    public long timeoutSeconds() {
        return settings.path("timeout").asLong();
    }
}
