package org.steadfast.distribution.balancer;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An address that goes from one machine to another.
 *
 * @param prefix length of its network's part
 */
record VirtualAddress(Ipv4Address address, int prefix) {
    private static final Pattern FORM = Pattern.compile("([^/]+)/(\\d{1,2})");
    private static final int BITS = 32;

    /** Whether no machine can have it because it stands for its whole network. */
    private boolean isOfAll() {
        long hosts = (1L << (BITS - prefix)) - 1;
        long host = address.bits() & hosts;
        // Networks of two addresses or one have no such address.
        return hosts > 1 && (host == 0 || host == hosts);
    }

    @Override
    public String toString() {
        return address + "/" + prefix;
    }

    /** Reads {@code address/prefix}. */
    static final class Converter implements ITypeConverter<VirtualAddress> {
        @Override
        public VirtualAddress convert(String text) {
            Matcher matcher = FORM.matcher(text);
            Optional<Ipv4Address> address = matcher.matches() ? Ipv4Address.parse(matcher.group(1)) : Optional.empty();
            if (address.isEmpty()) {
                throw new TypeConversionException(
                        "'" + text + "' is not an address with the length of its network's prefix, like 10.0.0.9/24");
            }
            VirtualAddress virtual = new VirtualAddress(address.get(), new NumberRange(8, BITS).read(matcher.group(2)));
            if (virtual.isOfAll()) {
                throw new TypeConversionException(
                        "'" + text + "' is its whole network's, no machine's; take one like 10.0.0.9/24");
            }
            return virtual;
        }
    }
}
