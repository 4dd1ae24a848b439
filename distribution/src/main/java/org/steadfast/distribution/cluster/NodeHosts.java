package org.steadfast.distribution.cluster;

import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The nodes of one role as an option tells them: how many, all on this machine, or the machine of each.
 *
 * @param hosts of one node after the other
 * @param areNamed whether the option names machines
 */
record NodeHosts(List<String> hosts, boolean areNamed) {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,4}");
    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    /** An IPv4 address or a name; ports are put behind it with a colon. */
    private static final Pattern HOST = Pattern.compile("(?=.{1,253}$)" + LABEL + "(\\." + LABEL + ")*");

    /** Is an address or nothing. */
    private static final Pattern NUMBERS = Pattern.compile("[\\d.]+");

    private static final Pattern ADDRESS = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");

    int size() {
        return hosts.size();
    }

    /** Reads a number, or hosts that are separated by commas. */
    static final class Converter implements ITypeConverter<NodeHosts> {
        @Override
        public NodeHosts convert(String text) {
            if (NUMBER.matcher(text).matches()) {
                return new NodeHosts(Collections.nCopies(Integer.parseInt(text), Placement.THIS_MACHINE), false);
            }
            List<String> hosts = List.of(text.split(",", -1));
            hosts.forEach(NodeHosts::requireHost);
            return new NodeHosts(hosts, true);
        }
    }

    /** Reads one host. */
    static final class HostConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            requireHost(text);
            return text;
        }
    }

    private static void requireHost(String text) {
        boolean isAddress = NUMBERS.matcher(text).matches();
        if (!(isAddress ? ADDRESS : HOST).matcher(text).matches()) {
            throw new TypeConversionException(
                    "'" + text
                            + "' is no machine: give its IPv4 address or name, without a port, and commas without spaces between several");
        }
    }
}
