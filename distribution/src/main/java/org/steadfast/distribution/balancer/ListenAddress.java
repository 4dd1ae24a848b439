package org.steadfast.distribution.balancer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a load balancer listens.
 *
 * @param host empty for all addresses
 */
record ListenAddress(String host, int port) {
    private static final Pattern FORM = Pattern.compile("([a-zA-Z0-9._*-]*|\\[[0-9a-fA-F:]+]):(\\d{1,5})");

    @Override
    public String toString() {
        return host + ":" + port;
    }

    /** Reads {@code host:port} or {@code :port}. */
    static final class Converter implements ITypeConverter<ListenAddress> {
        @Override
        public ListenAddress convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + text + "' is not like 10.0.0.9:9080 or :9080");
            }
            return new ListenAddress(matcher.group(1), new NumberRange(1, 65535).read(matcher.group(2)));
        }
    }
}
