package org.steadfast.foundation.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import org.steadfast.coordination.settings.AddressRange;

/** How much REST clients may ask of this node, by where they are and who they are. Safe for use by several threads. */
public final class RateLimits {
    private static final int MOST_REMEMBERED = 10_000;

    private final RateLimit ofAddresses;
    private final RateLimit ofUsers;
    private final RateLimit failedLogins;
    private final List<AddressRange> exempt;
    /** Whether addresses are exempt, where there are any; filled by requests. Caffeine guards it. */
    private final Cache<String, Boolean> known =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();

    RateLimits(RateLimitSettings settings, TimeMeter clock, MeterRegistry registry) {
        this.ofAddresses = new RateLimit(
                new RateLimit.Terms(
                        "RequestsPerSecondPerAddress",
                        "requests from",
                        settings.requestsPerSecondPerAddress(),
                        Duration.ofSeconds(1),
                        settings.requestBurstPerAddress()),
                "address",
                clock,
                registry);
        this.ofUsers = new RateLimit(
                new RateLimit.Terms(
                        "RequestsPerSecondPerUser",
                        "requests of user",
                        settings.requestsPerSecondPerUser(),
                        Duration.ofSeconds(1),
                        settings.requestBurstPerUser()),
                "user",
                clock,
                registry);
        this.failedLogins = new RateLimit(
                new RateLimit.Terms(
                        "FailedLoginsPerMinutePerAddress",
                        "failed logins from",
                        settings.failedLoginsPerMinutePerAddress(),
                        Duration.ofMinutes(1),
                        settings.failedLoginBurstPerAddress()),
                "login",
                clock,
                registry);
        this.exempt = settings.exemptNetworks().stream().map(AddressRange::of).toList();
    }

    /** Counts a request that comes from an address. */
    public void countRequest(String address) throws RateLimitException {
        if (!isExempt(address)) {
            ofAddresses.take(AddressRange.network(address));
        }
    }

    /** Counts a request of somebody who is known by now. */
    public void countRequest(Principal principal) throws RateLimitException {
        if (!isExempt(principal.address())) {
            ofUsers.take(principal.user());
        }
    }

    /** Whether what comes from an address may be tried: not where too much of that failed. */
    boolean mayTry(String address) {
        return failedLogins.hasRoom(AddressRange.network(address)) || isExempt(address);
    }

    /** What is answered where {@link #mayTry} says no. */
    RateLimitException tooManyFailed(String address) {
        return failedLogins.refusal(AddressRange.network(address));
    }

    void countFailedLogin(String address) {
        if (!isExempt(address)) {
            failedLogins.count(AddressRange.network(address));
        }
    }

    private boolean isExempt(String address) {
        // What is longer is no address, but what a stranger made up.
        return !exempt.isEmpty()
                && address.length() <= AddressRange.LONGEST
                && known.get(address, unknown -> exempt.stream().anyMatch(range -> range.contains(unknown)));
    }
}
