package org.steadfast.foundation.security;

import java.util.List;
import org.steadfast.coordination.settings.AddressRange;
import org.steadfast.coordination.settings.Setting;

/** How many REST requests one client may send to one node. A rate of 0 is no limit. */
public record RateLimitSettings(
        @Setting(
                key = "RequestsPerSecondPerAddress",
                byDefault = "10000",
                min = 0,
                max = 1_000_000,
                meaning = "REST requests that a node takes from one address in a second, for long; 0 is no limit.")
        int requestsPerSecondPerAddress,

        @Setting(
                key = "RequestBurstPerAddress",
                byDefault = "40000",
                min = 1,
                max = 10_000_000,
                meaning = "REST requests that a node takes from one address at once, after a time without any.")
        int requestBurstPerAddress,

        @Setting(
                key = "RequestsPerSecondPerUser",
                byDefault = "5000",
                min = 0,
                max = 1_000_000,
                meaning =
                        "REST requests of one user, by whichever application keys, passwords and sessions, that a node takes in a second, for long; 0 is no limit.")
        int requestsPerSecondPerUser,

        @Setting(
                key = "RequestBurstPerUser",
                byDefault = "20000",
                min = 1,
                max = 10_000_000,
                meaning = "REST requests of one user that a node takes at once, after a time without any.")
        int requestBurstPerUser,

        @Setting(
                key = "FailedLoginsPerMinutePerAddress",
                byDefault = "60",
                min = 0,
                max = 1_000_000,
                meaning =
                        "REST requests with wrong passwords and application keys that a node takes from one address in a minute, for long; after that passwords from there, and keys that the node does not remember, are not looked at. 0 is no limit.")
        int failedLoginsPerMinutePerAddress,

        @Setting(
                key = "FailedLoginBurstPerAddress",
                byDefault = "60",
                min = 1,
                max = 1_000_000,
                meaning =
                        "REST requests with wrong passwords and application keys that a node takes from one address at once, after a time without any.")
        int failedLoginBurstPerAddress,

        @Setting(
                key = "ExemptNetworks",
                byDefault = "",
                meaning = "Addresses, or ranges such as 10.0.0.0/8, from which requests are not limited.")
        List<String> exemptNetworks) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.RateLimitSettings";

    public RateLimitSettings {
        exemptNetworks = List.copyOf(exemptNetworks);
        exemptNetworks.forEach(AddressRange::of);
    }
}
