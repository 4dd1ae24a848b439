package org.steadfast.foundation.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.steadfast.foundation.security.Client.failed;
import static org.steadfast.foundation.security.Client.ok;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.foundation.RunningNode;

/** Too many requests to a running node, whose limits are low for whoever comes from elsewhere. */
@ExtendWith(RunningNode.Extension.class)
class RateLimitedRestTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String PASSWORD = "correct horse battery";
    private static final String LIST = "Things?maxItems=1";

    private static RunningNode node;
    private static Client administrator;

    private final int number = NUMBERS.incrementAndGet();
    private final String n = "limited" + number + "x";
    /** One test's is no other's. */
    private final String address = "198.51.100." + number;

    @BeforeAll
    static void use(RunningNode running) {
        node = running;
        administrator = Client.administrator(running);
    }

    private HttpResponse<String> get(Client client, String from) throws Exception {
        return from(client.request(LIST), from);
    }

    private static HttpResponse<String> from(HttpRequest.Builder request, String from) throws Exception {
        return node.send(request.header("X-Forwarded-For", from).GET());
    }

    private void createUser() throws Exception {
        ok(administrator.call(
                "Resources/EntityServices", "CreateUser", "{'name':'" + n + "','password':'" + PASSWORD + "'}"));
        ok(administrator.call("Groups/Administrators", "AddMember", "{'member':'" + n + "','type':'User'}"));
    }

    private String key() throws Exception {
        return administrator
                .result(
                        "Resources/EntityServices",
                        "CreateApplicationKey",
                        "{'name':'" + n + "','userNameReference':'" + n + "'}")
                .asText();
    }

    @Test
    void anAddressThatAsksTooOftenIsToldToWait() throws Exception {
        Map<Integer, Integer> statuses = new HashMap<>();
        HttpResponse<String> last = null;
        for (int i = 0; i < 120; i++) {
            last = from(node.anonymous(LIST), address);
            statuses.merge(last.statusCode(), 1, Integer::sum);
        }

        failed(last, 429, "PlatformSettingsConfig.RateLimitSettings.RequestsPerSecondPerAddress");
        assertThat(last.body()).contains(address).doesNotContain("\n");
        assertThat(last.headers().firstValue("Retry-After")).contains("1");
        assertThat(statuses.keySet()).containsExactlyInAnyOrder(401, 429);
        assertThat(statuses.get(401)).isBetween(60, 100);
        assertThat(from(node.anonymous(LIST), "203.0.113." + number).statusCode())
                .as("another address")
                .isEqualTo(401);
        for (String page : new String[] {"health", "ready", "Metrics"}) {
            assertThat(from(node.anonymous(page), address).statusCode())
                    .as(page)
                    .isEqualTo(200);
        }
        assertThat(node.send(node.anonymous("Metrics").GET()).body())
                .contains("steadfast_rest_limited_total{limit=\"address\"");
    }

    @Test
    void aUserWhoAsksTooOftenIsToldToWaitWhereverTheyAre() throws Exception {
        createUser();
        Client byKey = Client.withKey(node, key());
        HttpResponse<String> last = null;
        for (int i = 0; i < 60; i++) {
            last = get(byKey, "203.0." + number + "." + i);
        }

        failed(last, 429, "RequestsPerSecondPerUser");
        assertThat(last.body()).contains(n);
        failed(get(Client.withPassword(node, n, PASSWORD), address), 429, "RequestsPerSecondPerUser");
        ok(get(administrator, address));
    }

    @Test
    void whoFailsToLogInTooOftenIsNotListenedTo() throws Exception {
        createUser();
        String key = key();
        ok(get(Client.withKey(node, key), address));
        ok(get(Client.withPassword(node, n, PASSWORD), address));
        HttpResponse<String> last = null;
        for (int i = 0; i < 20; i++) {
            last = get(
                    i % 2 == 0
                            ? Client.withKey(node, "no such key " + i)
                            : Client.withPassword(node, n + "nobody" + i, PASSWORD),
                    address);
        }

        failed(last, 429, "FailedLoginsPerMinutePerAddress");
        assertThat(Integer.parseInt(last.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 60);
        failed(get(Client.withPassword(node, n, PASSWORD), address), 429, "FailedLoginsPerMinutePerAddress");
        failed(
                node.send(node.anonymous("Login")
                        .header("X-Forwarded-For", address)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("thingworx-form-userid=" + n + "&thingworx-form-password="
                                + PASSWORD.replace(' ', '+')))),
                429,
                "FailedLoginsPerMinutePerAddress");
        ok(get(Client.withKey(node, key), address));
        ok(get(Client.withPassword(node, n, PASSWORD), "203.0.113." + number));
    }
}
