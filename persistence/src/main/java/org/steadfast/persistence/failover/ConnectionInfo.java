package org.steadfast.persistence.failover;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The setting {@code primary_conninfo} of a standby: keys and values as the manual of PostgreSQL's libpq has them in section "Keyword/Value
 * Connection Strings".
 */
final class ConnectionInfo {
    /** Where nobody listens. A standby that follows nobody keeps its account and its name for whom it follows next. */
    static final ServerAddress NOBODY = new ServerAddress("127.0.0.1", 1);

    private static final String HOST = "host";
    private static final String HOST_ADDRESS = "hostaddr";
    private static final String PORT = "port";
    private static final int USUAL_PORT = 5432;

    private final Map<String, String> values;

    private ConnectionInfo(Map<String, String> values) {
        this.values = values;
    }

    /** @throws IllegalArgumentException if it cannot be read */
    static ConnectionInfo parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        int at = skipSpace(text, 0);
        while (at < text.length()) {
            int equals = text.indexOf('=', at);
            if (equals < 0) {
                throw new IllegalArgumentException("primary_conninfo has a key without a value");
            }
            StringBuilder value = new StringBuilder();
            int end = readValue(text, skipSpace(text, equals + 1), value);
            values.put(text.substring(at, equals).trim(), value.toString());
            at = skipSpace(text, end);
        }
        return new ConnectionInfo(values);
    }

    private static int skipSpace(String text, int from) {
        int at = from;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int readValue(String text, int from, StringBuilder value) {
        boolean quoted = from < text.length() && text.charAt(from) == '\'';
        int at = quoted ? from + 1 : from;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (quoted ? c == '\'' : Character.isWhitespace(c)) {
                return at + 1;
            }
            if (c == '\\' && at + 1 < text.length()) {
                at++;
            }
            value.append(text.charAt(at));
            at++;
        }
        if (quoted) {
            throw new IllegalArgumentException("primary_conninfo has a quotation without an end");
        }
        return at;
    }

    /**
     * By which name the primary knows the standby, in small letters: PostgreSQL does not tell large from small ones.
     *
     * @param clusterName its setting {@code cluster_name}, which stands for a name that is not said
     */
    String name(String clusterName) {
        String usual = clusterName.isEmpty() ? "walreceiver" : clusterName;
        return values.getOrDefault("application_name", usual).toLowerCase(Locale.ROOT);
    }

    ServerAddress server() {
        String host = values.getOrDefault(HOST, values.getOrDefault(HOST_ADDRESS, ""));
        String port = values.getOrDefault(PORT, "");
        try {
            return new ServerAddress(host, port.isEmpty() ? USUAL_PORT : Integer.parseInt(port));
        } catch (NumberFormatException e) {
            // Several ports, say: whoever it is, it is none of the servers.
            return new ServerAddress(host + ":" + port, 0);
        }
    }

    /** The same account and name, at another server. */
    ConnectionInfo at(ServerAddress server) {
        Map<String, String> moved = new LinkedHashMap<>(values);
        moved.remove(HOST_ADDRESS);
        moved.put(HOST, server.host());
        moved.put(PORT, String.valueOf(server.port()));
        return new ConnectionInfo(moved);
    }

    /** As PostgreSQL reads it. Has the account's password: not for logs. */
    String text() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "='"
                        + entry.getValue().replace("\\", "\\\\").replace("'", "\\'") + "'")
                .collect(Collectors.joining(" "));
    }
}
