package org.steadfast.foundation.rest;

import java.time.Duration;
import org.steadfast.coordination.settings.Setting;

/** The HTTP server of a foundation node. */
public record RestSettings(
        @Setting(
                key = "Host",
                byDefault = "127.0.0.1",
                meaning = "Address that the node listens on and that other nodes and the load balancer reach it at.")
        String host,

        @Setting(
                key = "RegisteredHost",
                byDefault = "",
                meaning =
                        "Name or address at which connection servers reach the node; with TLS it must stand in the node's certificate as an alternative name. Empty: Host.")
        String registeredHost,

        @Setting(
                key = "HttpPort",
                byDefault = "8080",
                min = 1,
                max = 65535,
                meaning = "Port of the REST API, of links from connection servers, of health and metrics.")
        int httpPort,

        @Setting(
                key = "HttpThreads",
                byDefault = "64",
                min = 8,
                max = 2000,
                meaning = "Most threads that requests may use.")
        int httpThreads,

        @Setting(
                key = "MostBodyBytes",
                byDefault = "10485760",
                min = 1024,
                max = 1073741824,
                meaning = "Longest request body; longer ones are refused with 413.")
        int mostBodyBytes,

        @Setting(
                key = "MostBodiesMegabytes",
                byDefault = "32",
                min = 1,
                max = 65536,
                meaning =
                        "How many megabytes of request bodies longer than 64 KiB the node works on at the same time; further requests wait for 2 s and are refused with 503. Each takes several times its length of the heap. Never less than MostBodyBytes.")
        int mostBodiesMegabytes,

        @Setting(
                key = "RequestDeadline",
                byDefault = "14 s",
                min = 1000,
                max = 600000,
                meaning =
                        "How long a request may take before it is answered 503. More than WriteDeadline, and less than a load balancer waits for: 20 s in the template for HAProxy (timeout server).")
        Duration requestDeadline,

        @Setting(
                key = "DeviceTimeout",
                byDefault = "10 s",
                min = 100,
                max = 600000,
                meaning =
                        "How long a device has time to answer what it is asked through the REST API, where the property's definition says nothing else; then 504. Less than RequestDeadline.")
        Duration deviceTimeout,

        @Setting(
                key = "GatewayThingsStay",
                byDefault = "2 min",
                min = 100,
                max = 86400000,
                meaning =
                        "How long a thing that was made for a gateway, because nobody else had made it, stays after its gateway has gone.")
        Duration gatewayThingsStay,

        @Setting(
                key = "ModelVisibilityBound",
                byDefault = "3 s",
                min = 100,
                max = 60000,
                meaning =
                        "How long the answer to a change of the model waits until every live node has the change; after that the answer is 202.")
        Duration modelVisibilityBound,

        @Setting(
                key = "OldClients",
                byDefault = "false",
                meaning =
                        "Whether requests with an application key are taken as old devices send them: the query's method=put, post or delete stands for the request's own method, and bodies may be forms (application/x-www-form-urlencoded).")
        boolean oldClients,

        @Setting(
                key = "CachedThings",
                byDefault = "100000",
                min = 100,
                max = 10000000,
                meaning = "How many definitions of things the node keeps in memory.")
        int cachedThings) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.FoundationNodeSettings";

    /** By so much a device is given up before the request is: its answer says more. */
    private static final Duration BEFORE_DEADLINE = Duration.ofMillis(1_500);

    /** Where other nodes reach this one. */
    public String hostInDiscovery() {
        return registeredHost.isEmpty() ? host : registeredHost;
    }

    /** How long a device may have time to answer, whatever its property's definition says. */
    public Duration longestDeviceTimeout() {
        Duration half = requestDeadline.dividedBy(2);
        Duration longest = requestDeadline.minus(BEFORE_DEADLINE);
        return longest.compareTo(half) > 0 ? longest : half;
    }
}
