package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import org.steadfast.foundation.security.Principal;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;

/**
 * What a service is asked.
 *
 * @param entity the name of what has the service
 * @param parameters as they were sent; those that the service does not know are ignored
 * @param patience how long whoever asks waits for a service that takes its time
 */
public record ServiceRequest(
        Principal principal, String entity, String service, ObjectNode parameters, Duration patience) {
    /** Less than the deadlines of requests and scripts have by default. */
    private static final Duration USUAL_PATIENCE = Duration.ofSeconds(8);

    /** Of somebody who waits as long as clients usually do. */
    public ServiceRequest(Principal principal, String entity, String service, ObjectNode parameters) {
        this(principal, entity, service, parameters, USUAL_PATIENCE);
    }

    /** A text that must be there. */
    String text(String parameter) throws ServiceException {
        String text = text(parameter, "");
        if (text.isBlank()) {
            throw invalid(parameter, "must be given");
        }
        return text;
    }

    /** A text; {@code otherwise} where there is none. */
    String text(String parameter, String otherwise) throws ServiceException {
        return value(parameter, BaseType.STRING)
                .map(value -> ((Value.Text) value).text())
                .orElse(otherwise);
    }

    boolean flag(String parameter, boolean otherwise) throws ServiceException {
        return value(parameter, BaseType.BOOLEAN)
                .map(value -> ((Value.Bool) value).truth())
                .orElse(otherwise);
    }

    /** A whole number between 1 and {@code most}. */
    int count(String parameter, int otherwise, int most) throws ServiceException {
        Optional<Value> sent = value(parameter, BaseType.NUMBER);
        if (sent.isEmpty()) {
            return otherwise;
        }
        double number = ((Value.Number) sent.get()).number();
        if (!(number >= 1)) {
            throw invalid(parameter, "must be at least 1");
        }
        return (int) Math.min(number, most);
    }

    /** A time in epoch milliseconds. */
    long time(String parameter, long otherwise) throws ServiceException {
        return value(parameter, BaseType.DATETIME)
                .map(value -> ((Value.Datetime) value).epochMillis())
                .orElse(otherwise);
    }

    /** A parameter as a value of a type; empty where it was not sent, or is null. */
    Optional<Value> value(String parameter, BaseType type) throws ServiceException {
        JsonNode sent = parameters.path(parameter);
        if (sent.isMissingNode() || sent.isNull()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ValueJson.read(sent, type)).filter(value -> !value.isNothing());
        } catch (InvalidValueException e) {
            throw new ServiceException(
                    ServiceException.Kind.INVALID, "parameter " + parameter + ": " + e.getMessage(), e);
        }
    }

    ServiceException invalid(String parameter, String what) {
        return new ServiceException(
                ServiceException.Kind.INVALID, "parameter " + parameter + " of " + service + ": " + what);
    }
}
