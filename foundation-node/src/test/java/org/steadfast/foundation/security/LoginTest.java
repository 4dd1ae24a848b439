package org.steadfast.foundation.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.steadfast.foundation.security.Client.failed;
import static org.steadfast.foundation.security.Client.ok;
import static org.steadfast.foundation.security.Client.rows;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.foundation.RunningNode;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.persistence.store.ApplicationKeyStore;

/** Users, passwords, groups and application keys, through the REST API of a running node. */
@ExtendWith(RunningNode.Extension.class)
class LoginTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String PASSWORD = "correct horse battery";

    private static RunningNode node;
    private static Client administrator;

    /** Names of one test are no other's. */
    private final String n = "login" + NUMBERS.incrementAndGet() + "x";

    @BeforeAll
    static void use(RunningNode running) {
        node = running;
        administrator = Client.administrator(running);
    }

    private void createUser(String name) throws Exception {
        ok(administrator.call(
                "Resources/EntityServices",
                "CreateUser",
                "{'name':'" + name + "','password':'" + PASSWORD + "','description':'d'}"));
    }

    private Client user(String password) {
        return Client.withPassword(node, n, password);
    }

    @Test
    void aUserComesInWithNameAndPassword() throws Exception {
        createUser(n);

        assertThat(rows(user(PASSWORD).whoAmI()).at("/0/result").asText()).isEqualTo(n);
        HttpResponse<String> wrong = user(PASSWORD + "x").whoAmI();
        HttpResponse<String> unknown =
                Client.withPassword(node, n + "nobody", PASSWORD).whoAmI();
        HttpResponse<String> system = Client.withPassword(node, "System", "").whoAmI();
        failed(wrong, 401, "wrong");
        assertThat(wrong.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"ThingWorx\"");
        assertThat(List.of(unknown.body(), system.body()))
                .as("nobody learns which users there are")
                .containsOnly(wrong.body());
    }

    @Test
    void theAdministratorComesInWithThePasswordOfTheFirstStart() throws Exception {
        Client first = Client.withPassword(node, "Administrator", RunningNode.PASSWORD);
        assertThat(rows(first.whoAmI()).at("/0/result").asText()).isEqualTo("Administrator");
    }

    @ParameterizedTest
    @CsvSource({"short, 12 to 512", "my administrator 1, name of its user"})
    void aPasswordOfTheFirstStartKeepsTheRules(String password, String named) {
        assertThatThrownBy(() -> InitialPassword.hash("Administrator", new Secret(password)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(named);
    }

    @Test
    void noOtherSiteMakesABrowserSendThePasswordThatItRemembers() throws Exception {
        createUser(n);
        String here = "http://127.0.0.1:" + node.port();

        for (String site : List.of("cross-site", "same-site")) {
            failed(whoAmI("Sec-Fetch-Site", site), 403, "X-XSRF-TOKEN");
        }
        for (String origin : List.of("https://evil.example", "null", here + "0", "http://127.0.0.1")) {
            failed(whoAmI("Origin", origin), 403, "X-XSRF-TOKEN");
        }
        ok(whoAmI("Sec-Fetch-Site", "same-origin", "Origin", here));
        ok(whoAmI("Sec-Fetch-Site", "none"));
        ok(whoAmI("Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example", "X-XSRF-TOKEN", "x"));
        assertThat(node.send(user(PASSWORD)
                                .request("Things")
                                .header("Sec-Fetch-Site", "cross-site")
                                .GET())
                        .statusCode())
                .as("what only reads changes nothing, and the page does not see it")
                .isEqualTo(200);
    }

    private HttpResponse<String> whoAmI(String... headers) throws Exception {
        return node.send(user(PASSWORD)
                .request("Resources/CurrentSessionInfo/Services/GetCurrentUser")
                .headers(headers)
                .POST(BodyPublishers.noBody()));
    }

    @Test
    void anAddressThatAClientMakesUpIsWorthNothing() throws Exception {
        createUser(n);
        Client client = Client.withKey(node, key(n, ",'allowedAddresses':['10.0.0.0/8']"));
        String address = "Resources/CurrentSessionInfo/Services/GetCurrentUser";

        failed(
                node.send(client.request(address)
                        .header("X-Forwarded-For", "10.1.2.3")
                        .header("X-Forwarded-For", "192.0.2.7")
                        .POST(BodyPublishers.noBody())),
                401,
                "not known");
        ok(node.send(client.request(address)
                .header("X-Forwarded-For", "192.0.2.7")
                .header("X-Forwarded-For", "10.1.2.3")
                .POST(BodyPublishers.noBody())));
    }

    @Test
    void noSecretIsShownOrKeptWithAnEntity() throws Exception {
        createUser(n);
        failed(administrator.put("Users", "{'name':'" + n + "b','password':'" + PASSWORD + "'}"), 400, "password");

        assertThat(administrator.get("Users/" + n).body())
                .doesNotContain(PASSWORD)
                .contains("\"d\"");
        assertThat(node.surroundings().asSuperuser("SELECT hash FROM user_credential WHERE user_name = '" + n + "'"))
                .startsWith("$argon2id$")
                .doesNotContain(PASSWORD);
        assertThat(node.surroundings()
                        .asSuperuser("SELECT count(*) FROM entity WHERE definition::text LIKE '%" + PASSWORD + "%'"))
                .isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource({"short, 12 to 512", "contains %s itself, name of its user"})
    void aPasswordKeepsTheRules(String password, String rule) throws Exception {
        createUser(n);
        String bad = password.formatted(n);
        failed(
                administrator.call(
                        "Users/" + n,
                        "AssignNewPassword",
                        "{'newPassword':'" + bad + "','newPasswordConfirm':'" + bad + "'}"),
                400,
                rule);
        failed(
                administrator.call(
                        "Users/" + n,
                        "AssignNewPassword",
                        "{'newPassword':'" + PASSWORD + "','newPasswordConfirm':'" + PASSWORD + "x'}"),
                400,
                "newPasswordConfirm");
        assertThat(user(PASSWORD).whoAmI().statusCode()).isEqualTo(200);
    }

    @Test
    void aUserChangesTheirPasswordAndTheOldOneIsWorthNothingAtOnce() throws Exception {
        createUser(n);
        ok(user(PASSWORD).whoAmI());
        String now = "another horse battery";
        String change = "{'oldPassword':'%s','newPassword':'" + now + "','newPasswordConfirm':'" + now + "'}";

        failed(user(PASSWORD).call("Users/" + n, "ChangePassword", change.formatted("wrong")), 403, "oldPassword");
        ok(user(PASSWORD).call("Users/" + n, "ChangePassword", change.formatted(PASSWORD)));

        failed(user(PASSWORD).whoAmI(), 401, "wrong");
        ok(user(now).whoAmI());
        failed(
                user(now)
                        .call(
                                "Users/Administrator",
                                "AssignNewPassword",
                                "{'newPassword':'" + now + "','newPasswordConfirm':'" + now + "'}"),
                403,
                "Not authorized for ServiceInvoke on AssignNewPassword");
        failed(
                user(now).call("Users/Administrator", "ChangePassword", change.formatted(now)),
                403,
                "Not authorized for ServiceInvoke on ChangePassword");
    }

    @Test
    void tooManyWrongPasswordsLockAUserUntilAnAdministratorUnlocks() throws Exception {
        createUser(n);
        ok(user(PASSWORD).whoAmI());
        for (int i = 0; i < 3; i++) {
            failed(user("wrong").whoAmI(), 401, "wrong");
        }

        failed(user(PASSWORD).whoAmI(), 401, "locked");
        assertThat(administrator.result("Users/" + n, "IsLocked", "").asBoolean())
                .isTrue();
        ok(administrator.call("Users/" + n, "UnlockUser", ""));
        ok(user(PASSWORD).whoAmI());
    }

    @Test
    void wrongPasswordsDoNotFillTheAuditLog() throws Exception {
        createUser(n);
        for (int i = 0; i < 2; i++) {
            failed(user("wrong").whoAmI(), 401, "wrong");
        }
        failed(user("x".repeat(2_000)).whoAmI(), 401, "wrong");
        assertThat(administrator.result("Users/" + n, "IsLocked", "").asBoolean())
                .as("one that is too long counts as well")
                .isTrue();

        assertThat(rows(administrator.call(
                                "Subsystems/AuditSubsystem", "QueryAuditHistory", "{'user':'" + n + "','maxItems':50}"))
                        .findValuesAsText("action"))
                .containsOnlyOnce("LoginFailed");
    }

    @Test
    void aLockEndsByItselfAndACountIsForgottenAfterASuccess() throws Exception {
        createUser(n);
        for (int i = 0; i < 2; i++) {
            failed(user("wrong").whoAmI(), 401, "wrong");
        }
        ok(user(PASSWORD).whoAmI());
        for (int i = 0; i < 3; i++) {
            failed(user("wrong").whoAmI(), 401, "wrong");
        }
        failed(user(PASSWORD).whoAmI(), 401, "locked");

        node.surroundings()
                .asSuperuser("UPDATE user_credential SET locked_until = now() WHERE user_name = '" + n + "'");

        ok(user(PASSWORD).whoAmI());
    }

    @Test
    void aDisabledOrDeletedUserComesInNoMore() throws Exception {
        createUser(n);
        String key = key(n, "");
        Client withKey = Client.withKey(node, key);
        ok(user(PASSWORD).whoAmI());
        ok(withKey.whoAmI());

        ok(administrator.call("Users/" + n, "DisableUser", ""));
        failed(user(PASSWORD).whoAmI(), 401, "wrong");
        failed(withKey.whoAmI(), 401, "not known");
        ok(administrator.call("Users/" + n, "EnableUser", ""));
        ok(user(PASSWORD).whoAmI());
        ok(withKey.whoAmI());

        failed(administrator.delete("Users/" + n), 403, "needed by");
        ok(administrator.delete("ApplicationKeys/" + n + "key"));
        failed(withKey.whoAmI(), 401, "not known");
        ok(administrator.call("Resources/EntityServices", "DeleteUser", "{'name':'" + n + "'}"));
        failed(user(PASSWORD).whoAmI(), 401, "wrong");
        createUser(n + "other");
        ok(administrator.put("Users", "{'name':'" + n + "'}"));
        failed(user(PASSWORD).whoAmI(), 401, "wrong");
    }

    private String key(String user, String more) throws Exception {
        return administrator
                .result(
                        "Resources/EntityServices",
                        "CreateApplicationKey",
                        "{'name':'" + n + "key','userNameReference':'" + user + "'" + more + "}")
                .asText();
    }

    @Test
    void aKeyIsWorthWhatItsEntitySays() throws Exception {
        createUser(n);
        Client client = Client.withKey(node, key(n, ",'expirationDate':'2100-01-01T00:00:00Z'"));
        assertThat(rows(client.whoAmI()).at("/0/result").asText()).isEqualTo(n);
        String address = "ApplicationKeys/" + n + "key";

        ok(administrator.put(address, "{'expirationDate':'2020-01-01T00:00:00Z'}"));
        failed(client.whoAmI(), 401, "not known");
        ok(administrator.put(address, "{'expirationDate':null,'allowedAddresses':['10.0.0.0/8']}"));
        failed(client.whoAmI(), 401, "not known");
        assertThat(node.send(client.request("Resources/CurrentSessionInfo/Services/GetCurrentUser")
                                .header("X-Forwarded-For", "10.1.2.3")
                                .POST(BodyPublishers.noBody()))
                        .statusCode())
                .as("what a trusted proxy says of the address")
                .isEqualTo(200);
        ok(administrator.put(address, "{'allowedAddresses':['127.0.0.0/8']}"));
        ok(client.whoAmI());
        ok(administrator.put(address, "{'enabled':false}"));
        failed(client.whoAmI(), 401, "not known");
        failed(administrator.put(address, "{'allowedAddresses':['somewhere']}"), 400, "allowedAddresses");
        failed(administrator.put(address, "{'expirationDate':'soon'}"), 400, "expirationDate");
        failed(administrator.put(address, "{'userNameReference':'" + n + "nobody'}"), 404, "userNameReference");
    }

    @Test
    void aKeyWithoutAnEntityIsWorthNothing() throws Exception {
        node.database()
                .applicationKeys()
                .put(
                        new ApplicationKeyStore.ApplicationKey(n + "left", "Administrator", false),
                        MessageDigest.getInstance("SHA-256").digest(n.getBytes(StandardCharsets.UTF_8)));

        failed(Client.withKey(node, n).whoAmI(), 401, "not known");
    }

    @Test
    void nobodyMakesAKeyOfSomebodyElse() throws Exception {
        createUser(n);
        ok(administrator.call(
                "ApplicationKeys/*",
                "AddDesignTimePermission",
                "{'type':'Create','principal':'" + n + "','principalType':'User','allow':true}"));
        Client client = user(PASSWORD);

        failed(
                client.call(
                        "Resources/EntityServices",
                        "CreateApplicationKey",
                        "{'name':'" + n + "a','userNameReference':'Administrator'}"),
                403,
                "userNameReference");
        ok(client.call("Resources/EntityServices", "CreateApplicationKey", "{'name':'" + n + "own'}"));
        failed(client.put("ApplicationKeys/" + n + "own", "{'userNameReference':'Administrator'}"), 403, "userName");
        failed(
                administrator.call(
                        "Resources/EntityServices",
                        "CreateApplicationKey",
                        "{'name':'" + n + "s','userNameReference':'System'}"),
                403,
                "System");
    }

    @Test
    void groupsHaveUsersAndGroupsAndCirclesDoNoHarm() throws Exception {
        createUser(n);
        ok(administrator.put("Groups", "{'name':'" + n + "A','description':'the outer'}"));
        ok(administrator.put("Groups", "{'name':'" + n + "B','description':'the inner'}"));
        ok(administrator.call("Groups/" + n + "A", "AddMember", "{'member':'" + n + "B','type':'Group'}"));
        ok(administrator.call("Groups/" + n + "B", "AddMember", "{'member':'" + n + "A','type':'Group'}"));
        for (int i = 0; i < 2; i++) {
            ok(administrator.call("Groups/" + n + "B", "AddMember", "{'member':'" + n + "','type':'User'}"));
        }
        failed(
                administrator.call("Groups/" + n + "B", "AddMember", "{'member':'nobody','type':'User'}"),
                404,
                "nobody");
        failed(administrator.call("Groups/" + n + "B", "AddMember", "{'member':'x','type':'Thing'}"), 400, "type");

        assertThat(rows(administrator.call("Groups/" + n + "B", "GetGroupMembers", ""))
                        .toString())
                .contains("{\"name\":\"" + n + "\",\"description\":\"d\",\"type\":\"User\"}")
                .contains("\"type\":\"Group\"");
        assertThat(groups()).containsExactlyInAnyOrder("Users", n + "A", n + "B");

        for (int i = 0; i < 2; i++) {
            ok(administrator.call("Groups/" + n + "B", "DeleteMember", "{'member':'" + n + "','type':'User'}"));
        }
        assertThat(groups()).containsExactly("Users");
        failed(
                user(PASSWORD).call("Groups/Administrators", "AddMember", "{'member':'" + n + "','type':'User'}"),
                403,
                "Not authorized");
    }

    private List<String> groups() throws Exception {
        List<String> names = new ArrayList<>();
        rows(user(PASSWORD).call("Resources/CurrentSessionInfo", "GetCurrentUserGroups", ""))
                .forEach(row -> names.add(row.path("name").asText()));
        return names;
    }

    @Test
    void whoIsMadeAnAdministratorIsOneAtOnce() throws Exception {
        createUser(n);
        failed(user(PASSWORD).get("Things/" + n), 404, "Entity Not Found");
        failed(user(PASSWORD).put("Things", "{'name':'" + n + "'}"), 403, "Not authorized for Create on Things");

        ok(administrator.call("Groups/Administrators", "AddMember", "{'member':'" + n + "','type':'User'}"));
        ok(user(PASSWORD).put("Things", "{'name':'" + n + "'}"));

        ok(administrator.call("Groups/Administrators", "DeleteMember", "{'member':'" + n + "','type':'User'}"));
        failed(user(PASSWORD).get("Things/" + n), 404, "Entity Not Found");
        failed(
                administrator.call("Groups/Administrators", "DeleteMember", "{'member':'Administrator','type':'User'}"),
                403,
                "always a member");
    }

    @Test
    void theAuditLogTellsWhoDidWhatFromWhereAndNoSecret() throws Exception {
        createUser(n);
        failed(user("a wrong password").whoAmI(), 401, "wrong");
        ok(user(PASSWORD).whoAmI());
        ok(administrator.put("Users/" + n, "{'description':'changed'}"));
        key(n, "");

        String all = rows(administrator.call("Subsystems/AuditSubsystem", "QueryAuditHistory", "{'maxItems':50}"))
                .toString();
        assertThat(all)
                .contains("\"user\":\"" + n + "\",\"address\":\"127.0.0.1\",\"action\":\"LoginFailed\"")
                .contains("\"user\":\"" + n + "\",\"address\":\"127.0.0.1\",\"action\":\"Login\"")
                .contains("\"action\":\"PasswordAssign\"")
                .contains("\"action\":\"KeyCreate\"")
                .containsPattern("\"action\":\"EntityUpdate\",\"collection\":\"Users\",\"name\":\"" + n
                        + "\",\"versionBefore\":\\d+,\"versionAfter\":\\d+")
                .doesNotContain(PASSWORD)
                .doesNotContain("a wrong password");
        assertThat(rows(administrator.call(
                        "Subsystems/AuditSubsystem", "QueryAuditHistory", "{'user':'" + n + "','maxItems':1}")))
                .hasSize(1);
        assertThat(rows(administrator.call(
                        "Subsystems/AuditSubsystem", "QueryAuditHistory", "{'endDate':'2020-01-01T00:00:00Z'}")))
                .isEmpty();
        failed(
                user(PASSWORD).call("Subsystems/AuditSubsystem", "QueryAuditHistory", ""),
                403,
                "only administrators may do that");
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> node.surroundings().asSuperuser("DELETE FROM audit_entry"))
                .hasMessageContaining("never changed");
    }
}
