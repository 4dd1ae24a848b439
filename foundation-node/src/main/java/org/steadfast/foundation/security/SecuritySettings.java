package org.steadfast.foundation.security;

import java.time.Duration;
import java.util.List;
import org.steadfast.coordination.settings.AddressRange;
import org.steadfast.coordination.settings.Setting;

/** Passwords, logins and sessions. */
public record SecuritySettings(
        @Setting(
                key = "PasswordMinimumLength",
                byDefault = "" + SecuritySettings.DEFAULT_LENGTH,
                min = 8,
                max = 128,
                meaning = "Fewest characters of a password.")
        int passwordMinimumLength,

        @Setting(
                key = "PasswordKindsOfCharacters",
                byDefault = "" + SecuritySettings.DEFAULT_KINDS,
                min = 1,
                max = 4,
                meaning =
                        "How many of these a password must have at least: small letters, capital letters, digits, anything else.")
        int passwordKindsOfCharacters,

        @Setting(
                key = "MostFailedLogins",
                byDefault = "5",
                min = 1,
                max = 1000,
                meaning = "Wrong passwords in a row after which a user is locked, on all nodes together.")
        int mostFailedLogins,

        @Setting(
                key = "LockTime",
                byDefault = "15 min",
                min = 1000,
                max = 86400000,
                meaning = "How long a user is locked then.")
        Duration lockTime,

        @Setting(
                key = "PasswordThreads",
                byDefault = "2",
                min = 1,
                max = 64,
                meaning = "Threads that compute hashes of passwords, each about 50 ms long and 19 MiB large.")
        int passwordThreads,

        @Setting(
                key = "MostPasswordsWaiting",
                byDefault = "16",
                min = 1,
                max = 1000,
                meaning = "Passwords that may wait to be checked; further logins are answered 503.")
        int mostPasswordsWaiting,

        @Setting(
                key = "PasswordRememberedFor",
                byDefault = "30 s",
                min = 0,
                max = 3600000,
                meaning =
                        "How long a node takes a password that it has checked without checking it again; one that was changed is forgotten at once on every node, one of a user who was locked on the node that locked.")
        Duration passwordRememberedFor,

        @Setting(
                key = "SessionIdleTimeout",
                byDefault = "30 min",
                min = 1000,
                max = 604800000,
                meaning = "After how long without a request a session ends.")
        Duration sessionIdleTimeout,

        @Setting(
                key = "SecureCookies",
                byDefault = "false",
                meaning =
                        "Whether cookies of sessions are always sent over TLS alone. If not, they are where the request came by TLS, to the node or to a load balancer of TrustedProxies that says so in X-Forwarded-Proto.")
        boolean secureCookies,

        @Setting(
                key = "AuditRetentionDays",
                byDefault = "365",
                min = 0,
                max = 36500,
                meaning = "How many days entries of the audit log are kept; 0 is for ever.")
        int auditRetentionDays,

        @Setting(
                key = "TrustedProxies",
                byDefault = "",
                meaning =
                        "Addresses, or ranges such as 10.0.0.0/8, of load balancers whose headers X-Forwarded-For and X-Forwarded-Proto are believed when it is asked where a client is and whether it speaks TLS.")
        List<String> trustedProxies) {
    static final int DEFAULT_LENGTH = 12;
    static final int DEFAULT_KINDS = 1;

    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.SecuritySettings";

    public SecuritySettings {
        trustedProxies = List.copyOf(trustedProxies);
        trustedProxies.forEach(AddressRange::of);
    }
}
