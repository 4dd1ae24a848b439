package org.steadfast.distribution.balancer;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A node behind a load balancer.
 *
 * @param id platform id
 * @param address {@code host:port}
 * @param givenName in its certificate, where it is not its host
 */
record BackendNode(String id, String address, Optional<String> givenName) {
    private static final String NAME = "[a-zA-Z0-9_](?:[a-zA-Z0-9._-]*[a-zA-Z0-9])?";
    private static final Pattern FORM = Pattern.compile("([a-zA-Z0-9]{1,32})=([^\\s=,]+:\\d{1,5})(?:,(" + NAME + "))?");
    private static final Pattern HOST_NAME = Pattern.compile("(" + NAME + "):\\d+");
    private static final Pattern NUMBERS = Pattern.compile("[\\d.]+");

    BackendNode(String id, String address) {
        this(id, address, Optional.empty());
    }

    BackendNode named(Optional<String> name) {
        return new BackendNode(id, address, name);
    }

    /** The name that must stand in its certificate; empty where none is known: HAProxy does not look for addresses there. */
    Optional<String> certificateName() {
        return givenName.or(() -> {
            Matcher host = HOST_NAME.matcher(address);
            return host.matches() && !NUMBERS.matcher(host.group(1)).matches()
                    ? Optional.of(host.group(1))
                    : Optional.empty();
        });
    }

    /** Reads {@code id=host:port} and {@code id=host:port,name}. */
    static final class Converter implements ITypeConverter<BackendNode> {
        @Override
        public BackendNode convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + text
                        + "' is not like foundation1=10.0.0.1:8080 or foundation1=10.0.0.1:8080,node1.example.com");
            }
            return new BackendNode(matcher.group(1), matcher.group(2), Optional.ofNullable(matcher.group(3)));
        }
    }
}
