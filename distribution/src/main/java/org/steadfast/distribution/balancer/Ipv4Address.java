package org.steadfast.distribution.balancer;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An address that one machine can have. */
record Ipv4Address(long bits) {
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern FORM = Pattern.compile(String.join("\\.", BYTE, BYTE, BYTE, BYTE));
    private static final int LOOPBACK = 127;
    private static final int FIRST_MULTICAST = 224;

    static Optional<Ipv4Address> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long bits = 0;
        for (int group = 1; group <= 4; group++) {
            bits = bits << 8 | Integer.parseInt(matcher.group(group));
        }
        long network = bits >> 24;
        return network == 0 || network == LOOPBACK || network >= FIRST_MULTICAST
                ? Optional.empty()
                : Optional.of(new Ipv4Address(bits));
    }

    @Override
    public String toString() {
        return (bits >> 24) + "." + (bits >> 16 & 255) + "." + (bits >> 8 & 255) + "." + (bits & 255);
    }

    /** Reads an address. */
    static final class Converter implements ITypeConverter<Ipv4Address> {
        @Override
        public Ipv4Address convert(String text) {
            return parse(text)
                    .orElseThrow(() ->
                            new TypeConversionException("'" + text + "' is not a machine's address like 10.0.0.7"));
        }
    }
}
