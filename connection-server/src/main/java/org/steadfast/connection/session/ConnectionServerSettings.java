package org.steadfast.connection.session;

import java.time.Duration;
import java.util.List;
import org.steadfast.coordination.chassis.Listening;
import org.steadfast.coordination.settings.AddressRange;
import org.steadfast.coordination.settings.Setting;

/** A connection server. */
public record ConnectionServerSettings(
        @Setting(
                key = "Host",
                byDefault = "127.0.0.1",
                meaning = "Address that devices and the load balancer connect to.")
        String host,

        @Setting(
                key = "Port",
                byDefault = "8443",
                min = 1,
                max = 65535,
                meaning = "Port of device WebSockets, health and metrics.")
        int port,

        @Setting(
                key = "Threads",
                byDefault = "16",
                min = 8,
                max = 1000,
                meaning = "Most threads that devices' messages may use.")
        int threads,

        @Setting(
                key = "MostNewConnectionsPerSecond",
                byDefault = "1000",
                min = 1,
                max = 100000,
                meaning =
                        "How many devices may connect per second; others wait for up to 5 s, and those who would wait longer are refused with 503 and Retry-After. Requests for health, readiness and metrics do not count.")
        int mostNewConnectionsPerSecond,

        @Setting(
                key = "MostOutstandingPerDevice",
                byDefault = "64",
                min = 1,
                max = 10000,
                meaning =
                        "How many requests of one device may be unanswered; then nothing more is read from it until one is answered.")
        int mostOutstandingPerDevice,

        @Setting(
                key = "MostBytesInFlight",
                byDefault = "67108864",
                min = 4194304,
                max = 1099511627776L,
                meaning =
                        "How many bytes of all devices' unanswered requests and unread answers may be in memory (64 MiB); then reading from devices pauses. At most a quarter of the heap (-Xmx).")
        long mostBytesInFlight,

        @Setting(
                key = "MostBytesInFlightPerDevice",
                byDefault = "2097152",
                min = 16384,
                max = 1073741824,
                meaning =
                        "How many bytes of one device's unanswered requests and unread answers may be in memory (2 MiB); then nothing more is read from it until some are answered and read. One message or answer may be longer.")
        long mostBytesInFlightPerDevice,

        @Setting(
                key = "MostBytesInFlightPerLink",
                byDefault = "50331648",
                min = 2097152,
                max = 1099511627776L,
                meaning =
                        "How many bytes of requests one foundation node may have unanswered (48 MiB); then reading pauses from devices that send to it. Less than MostBytesInFlight, so that a slow node leaves room for the others. A node that answers slowly is given less: what it answers within a third of RequestDeadline.")
        long mostBytesInFlightPerLink,

        @Setting(
                key = "MostUnreadBytesPerDevice",
                byDefault = "4194304",
                min = 65536,
                max = 1073741824,
                meaning =
                        "How many bytes of answers may wait for one device to read them (4 MiB); a long answer beyond that is replaced by 503. One answer may be longer.")
        long mostUnreadBytesPerDevice,

        @Setting(
                key = "MostCallsPerDevice",
                byDefault = "64",
                min = 1,
                max = 10000,
                meaning =
                        "How many requests to one device may be unanswered; further ones are answered 503. Devices drop what they cannot queue.")
        int mostCallsPerDevice,

        @Setting(
                key = "UnreadTimeout",
                byDefault = "30 s",
                min = 1000,
                max = 3600000,
                meaning = "How long a device may leave answers unread before its connection is closed.")
        Duration unreadTimeout,

        @Setting(
                key = "RequestDeadline",
                byDefault = "14 s",
                min = 1000,
                max = 600000,
                meaning = "How long a device's request may go without an answer before it is answered 503.")
        Duration requestDeadline,

        @Setting(
                key = "LinkTimeout",
                byDefault = "6 s",
                min = 3000,
                max = 60000,
                meaning =
                        "How long nothing may come over a link from a foundation node, which sends a sign of life each second, before the link counts as broken; its unanswered requests are sent elsewhere then.")
        Duration linkTimeout,

        @Setting(
                key = "IdleTimeout",
                byDefault = "120 s",
                min = 61000,
                max = 3600000,
                meaning =
                        "How long a device may send nothing, not even a ping, before its connection is closed (1001), whatever is sent to it. Devices ping every 55 s.")
        Duration idleTimeout,

        @Setting(
                key = "AuthenticationTimeout",
                byDefault = "15 s",
                min = 1000,
                max = 600000,
                meaning = "How long a connection may stay without a successful login.")
        Duration authenticationTimeout,

        @Setting(
                key = "MostFailedLogins",
                byDefault = "5",
                min = 1,
                max = 1000,
                meaning = "How many logins may fail over one connection before it is closed. Devices try three times.")
        int mostFailedLogins,

        @Setting(
                key = "DrainTime",
                byDefault = "5 s",
                min = 0,
                max = 600000,
                meaning =
                        "How long a server that stops takes to close its devices' connections, one after the other, so that other servers do not get all of them at once.")
        Duration drainTime,

        @Setting(
                key = "TrustedProxies",
                byDefault = "",
                meaning =
                        "Addresses, such as 10.0.0.7 or 10.0.0.6/31, of load balancers that say by the PROXY protocol (version 1 or 2) where each connection comes from; nobody else may connect from them, nor through one that does not say it. Logs, limits of logins and allowedAddresses of application keys go by what they say.")
        List<String> trustedProxies) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.ConnectionServerSettings";

    public ConnectionServerSettings {
        trustedProxies = List.copyOf(trustedProxies);
        trustedProxies.forEach(AddressRange::of);
    }

    /** Its port, without TLS. */
    public Listening listening() {
        return Listening.plain(host, port, PATH + ".Port", threads)
                .behind(trustedProxies.stream().map(AddressRange::of).toList());
    }
}
