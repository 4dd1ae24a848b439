package org.steadfast.distribution.balancer;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A file on the load balancer's machine, which need not be this one: it is not looked at.
 *
 * @param path absolute, and without what no quotes keep from HAProxy's parser
 */
record BalancerFile(String path) {
    private static final Pattern FORM = Pattern.compile("/[a-zA-Z0-9._/+@-]+");
    private static final Pattern QUOTABLE = Pattern.compile("/[^'\\p{Cntrl}]+");

    BalancerFile {
        if (!QUOTABLE.matcher(path).matches()) {
            throw new IllegalArgumentException("[" + path + "] cannot stand in a configuration of HAProxy");
        }
    }

    /** As it stands in a configuration. */
    String word() {
        return FORM.matcher(path).matches() ? path : "'" + path + "'";
    }

    /** Reads the path of a file. */
    static final class Converter implements ITypeConverter<BalancerFile> {
        @Override
        public BalancerFile convert(String text) {
            if (!FORM.matcher(text).matches()) {
                throw new TypeConversionException("'" + text
                        + "' is not an absolute path of letters, digits and ._/+@-, like /etc/haproxy/site.pem");
            }
            return new BalancerFile(text);
        }
    }
}
