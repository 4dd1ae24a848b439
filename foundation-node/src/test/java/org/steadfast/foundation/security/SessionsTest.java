package org.steadfast.foundation.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.steadfast.foundation.security.Client.failed;
import static org.steadfast.foundation.security.Client.ok;
import static org.steadfast.foundation.security.Client.rows;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.foundation.RunningNode;

/** Sessions with cookies, through the REST API of a running node. */
@ExtendWith(RunningNode.Extension.class)
class SessionsTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String PASSWORD = "a pass & a word";
    private static final String CURRENT_USER = "Resources/CurrentSessionInfo/Services/GetCurrentUser";

    private static RunningNode node;
    private static Client administrator;

    /** Names of one test are no other's. */
    private final String n = "session" + NUMBERS.incrementAndGet() + "x";

    @BeforeAll
    static void use(RunningNode running) {
        node = running;
        administrator = Client.administrator(running);
    }

    @BeforeEach
    void createUser() throws Exception {
        ok(administrator.call(
                "Resources/EntityServices", "CreateUser", "{'name':'" + n + "','password':'" + PASSWORD + "'}"));
    }

    private HttpResponse<String> login(String password, String... headers) throws Exception {
        String form = "thingworx-form-userid=" + n + "&thingworx-form-password="
                + URLEncoder.encode(password, StandardCharsets.UTF_8);
        HttpRequest.Builder request =
                node.anonymous("Login").header("Content-Type", "application/x-www-form-urlencoded");
        return node.send(
                (headers.length == 0 ? request : request.headers(headers)).POST(BodyPublishers.ofString(form)));
    }

    private static String cookie(HttpResponse<String> response) {
        String set = response.headers().firstValue("Set-Cookie").orElseThrow();
        return set.substring(0, set.indexOf(';'));
    }

    /** Who the node takes the bearer of a cookie for. */
    private static HttpResponse<String> whoIs(String cookie) throws Exception {
        return node.send(Client.withCookie(node, cookie)
                .request(CURRENT_USER)
                .header("X-XSRF-TOKEN", "TWX-XSRF-TOKEN-VALUE")
                .POST(BodyPublishers.noBody()));
    }

    @Test
    void aFormBeginsASessionAndLogoutEndsIt() throws Exception {
        failed(login("wrong"), 401, "wrong");
        HttpResponse<String> begun = login(PASSWORD);
        ok(begun);
        assertThat(begun.headers().firstValue("Set-Cookie").orElseThrow())
                .contains("HttpOnly")
                .contains("SameSite=Lax");
        String cookie = cookie(begun);

        assertThat(rows(whoIs(cookie)).at("/0/result").asText()).isEqualTo(n);
        HttpResponse<String> out = node.send(Client.withCookie(node, cookie)
                .request("Server/*/Services/Logout")
                .header("X-XSRF-TOKEN", "x")
                .POST(BodyPublishers.ofString("{}")));
        ok(out);
        assertThat(out.headers().firstValue("Set-Cookie").orElseThrow()).contains("Max-Age=0");
        failed(whoIs(cookie), 401, "needed");
        failed(whoIs("JSESSIONID=made-up"), 401, "needed");
    }

    @Test
    void whatChangesAnythingNeedsAHeaderThatOtherSitesCannotSend() throws Exception {
        Client session = Client.withCookie(node, cookie(login(PASSWORD)));

        failed(node.send(session.request(CURRENT_USER).POST(BodyPublishers.noBody())), 403, "X-XSRF-TOKEN");
        failed(session.put("Things", "{'name':'" + n + "'}"), 403, "X-XSRF-TOKEN");
        failed(session.delete("Things/" + n), 403, "X-XSRF-TOKEN");
        ok(session.get("Things"));
    }

    @Test
    void noOtherSiteLogsABrowserIn() throws Exception {
        failed(login(PASSWORD, "Sec-Fetch-Site", "cross-site"), 403, "X-XSRF-TOKEN");
        failed(login(PASSWORD, "Origin", "https://evil.example"), 403, "X-XSRF-TOKEN");
        ok(login(PASSWORD, "Sec-Fetch-Site", "same-origin", "Origin", "http://127.0.0.1:" + node.port()));
    }

    @Test
    void aSessionIsBegunOnlyForThoseWhoAskForOne() throws Exception {
        Client client = Client.withPassword(node, n, PASSWORD);
        assertThat(client.get("Things").headers().firstValue("Set-Cookie")).isEmpty();

        HttpResponse<String> asked = node.send(
                client.request("Things").header("x-thingworx-session", "true").GET());
        assertThat(rows(whoIs(cookie(asked))).at("/0/result").asText()).isEqualTo(n);
        HttpResponse<String> again = node.send(client.request("Things")
                .header("x-thingworx-session", "true")
                .header("Cookie", cookie(asked))
                .GET());
        assertThat(again.headers().firstValue("Set-Cookie")).as("it has one").isEmpty();
    }

    @Test
    void aCookieThatWasGivenOverTlsIsForTlsAlone() throws Exception {
        Client client = Client.withPassword(node, n, PASSWORD);

        assertThat(setCookie(login(PASSWORD))).doesNotContain("Secure");
        assertThat(setCookie(login(PASSWORD, "X-Forwarded-Proto", "http"))).doesNotContain("Secure");
        assertThat(setCookie(login(PASSWORD, "X-Forwarded-Proto", "https")))
                .endsWith("; Secure")
                .contains("SameSite=Lax");
        assertThat(setCookie(node.send(client.request("Things")
                        .headers("x-thingworx-session", "true", "X-Forwarded-Proto", "https")
                        .GET())))
                .endsWith("; Secure");
    }

    private static String setCookie(HttpResponse<String> response) throws Exception {
        ok(response);
        return response.headers().firstValue("Set-Cookie").orElseThrow();
    }

    @Test
    void aUserHasAHundredSessionsAndTheOneUsedLongestAgoEnds() throws Exception {
        String first = cookie(login(PASSWORD));
        String second = cookie(login(PASSWORD));
        for (int i = 0; i < 98; i++) {
            ok(login(PASSWORD));
        }
        ok(whoIs(first));

        String last = cookie(login(PASSWORD));

        failed(whoIs(first), 401, "needed");
        ok(whoIs(second));
        ok(whoIs(last));
    }

    @Test
    void aSessionEndsWithThePasswordAndWithTheKeyThatItCameFrom() throws Exception {
        String cookie = cookie(login(PASSWORD));
        String key = administrator
                .result(
                        "Resources/EntityServices",
                        "CreateApplicationKey",
                        "{'name':'" + n + "K','userNameReference':'" + n + "'}")
                .asText();
        String ofKey = cookie(node.send(Client.withKey(node, key)
                .request("Things?x-thingworx-session=true")
                .GET()));
        ok(whoIs(cookie));
        ok(whoIs(ofKey));

        ok(administrator.call(
                "Users/" + n,
                "AssignNewPassword",
                "{'newPassword':'another pass word','newPasswordConfirm':'another pass word'}"));
        failed(whoIs(cookie), 401, "needed");
        ok(whoIs(ofKey));

        ok(administrator.delete("ApplicationKeys/" + n + "K"));
        failed(whoIs(ofKey), 401, "needed");
    }
}
