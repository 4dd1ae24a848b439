package org.steadfast.connection.session;

import java.time.Duration;
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
                key = "MostOutstandingPerDevice",
                byDefault = "64",
                min = 1,
                max = 10000,
                meaning =
                        "How many requests of one device may be unanswered; then nothing more is read from it until one is answered.")
        int mostOutstandingPerDevice,

        @Setting(
                key = "RequestDeadline",
                byDefault = "12 s",
                min = 1000,
                max = 600000,
                meaning = "How long a device's request may go without an answer before it is answered 503.")
        Duration requestDeadline,

        @Setting(
                key = "IdleTimeout",
                byDefault = "120 s",
                min = 61000,
                max = 3600000,
                meaning =
                        "How long a device may send nothing, not even a ping, before its connection is closed. Devices ping every 55 s.")
        Duration idleTimeout,

        @Setting(
                key = "AuthenticationTimeout",
                byDefault = "15 s",
                min = 1000,
                max = 600000,
                meaning = "How long a connection may stay without a successful login.")
        Duration authenticationTimeout) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.ConnectionServerSettings";
}
