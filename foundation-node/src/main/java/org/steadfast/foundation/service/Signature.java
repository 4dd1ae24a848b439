package org.steadfast.foundation.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.steadfast.foundation.model.ServiceDefinition;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/** Reads services as they are listed: {@code Name(parameter:TYPE, other:TYPE) -> result:TYPE}. Stateless. */
final class Signature {
    private static final Pattern FORM = Pattern.compile("(\\w+)\\((.*)\\) -> (\\w+):(\\w+)(?:\\{.*})?");
    private static final Pattern PARAMETER = Pattern.compile("(\\w+):(\\w+)(\\*)?(?:=(.*))?");

    private Signature() {}

    /** @throws IllegalArgumentException if it is none, or names a base type that is none */
    static ServiceDefinition read(String line) {
        Matcher form = FORM.matcher(line.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("not a service's signature: " + line);
        }
        Map<String, FieldDefinition> parameters = new LinkedHashMap<>();
        if (!form.group(2).isBlank()) {
            for (String text : form.group(2).split(", *(?=\\w+:[A-Z])", -1)) {
                Matcher parameter = PARAMETER.matcher(text.strip());
                if (!parameter.matches()) {
                    throw new IllegalArgumentException("not a parameter: " + text + " in " + line);
                }
                Map<String, Value> aspects =
                        parameter.group(3) == null ? Map.of() : Map.of("isRequired", new Value.Bool(true));
                parameters.put(
                        parameter.group(1),
                        new FieldDefinition(parameter.group(1), "", type(parameter.group(2), line), aspects));
            }
        }
        return new ServiceDefinition(
                form.group(1), "", "", parameters, new FieldDefinition("result", type(form.group(4), line)), Map.of());
    }

    private static BaseType type(String name, String line) {
        return BaseType.ofName(name)
                .orElseThrow(() -> new IllegalArgumentException("no base type " + name + " in " + line));
    }
}
