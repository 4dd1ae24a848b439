package org.steadfast.distribution.balancer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A node behind a load balancer.
 *
 * @param id platform id
 * @param address {@code host:port}
 */
record BackendNode(String id, String address) {
    private static final Pattern FORM = Pattern.compile("([a-zA-Z0-9]{1,32})=([^\\s=]+:\\d{1,5})");

    /** Reads {@code id=host:port}. */
    static final class Converter implements ITypeConverter<BackendNode> {
        @Override
        public BackendNode convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + text + "' is not like foundation1=10.0.0.1:8080");
            }
            return new BackendNode(matcher.group(1), matcher.group(2));
        }
    }
}
