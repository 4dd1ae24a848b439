package org.steadfast.foundation.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.Ignition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.coordination.link.LinkKey;
import org.steadfast.foundation.RunningNode;
import org.steadfast.foundation.Surroundings;
import org.steadfast.foundation.security.Principal;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.link.LinkCodec;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.WireWriter;

/** Logins and bindings over a link to a whole node, and links that are refused. */
@ExtendWith(RunningNode.Extension.class)
class LinksTest {
    private static final AtomicInteger THINGS = new AtomicInteger();
    private static final AtomicInteger UNKNOWN = new AtomicInteger();
    private static final Principal ADMINISTRATOR = new Principal("Administrator", false);
    private static RunningNode node;

    private final String thing = "LinkThing" + THINGS.incrementAndGet();
    private LinkClient link;

    @BeforeAll
    static void take(RunningNode running) {
        node = running;
    }

    @BeforeEach
    void open() throws Exception {
        assertThat(node.put("Things", "{\"name\":\"" + thing + "\",\"identifier\":\"id-" + thing + "\"}")
                        .statusCode())
                .isEqualTo(200);
        link = LinkClient.open(node);
    }

    @AfterEach
    void close() {
        link.close();
    }

    @Test
    void tellsWhoAnApplicationKeyStandsFor() throws Exception {
        LinkFrame.Authenticated administrator = authenticate("appKey", RunningNode.KEY);
        assertThat(administrator.status()).isEqualTo(Status.SUCCESS);
        assertThat(Principal.ofToken(administrator.userOrReason())).isEqualTo(new Principal("Administrator", false));

        LinkFrame.Authenticated reader = authenticate("appKey", RunningNode.READ_ONLY_KEY);
        assertThat(Principal.ofToken(reader.userOrReason())).isEqualTo(new Principal("Administrator", true));
    }

    @ParameterizedTest
    @CsvSource({
        "appKey, wrong, the application key is not known",
        "appKey, '', the application key is not known",
        "userid, Administrator, an application key is needed",
        "appkey, whatever, an application key is needed"
    })
    void refusesOtherClaims(String claim, String value, String reason) throws Exception {
        LinkFrame.Authenticated answer = authenticate(claim, value);

        assertThat(answer.status()).isEqualTo(Status.UNAUTHORIZED);
        assertThat(answer.userOrReason()).contains(reason).doesNotContain("whatever");
    }

    @Test
    void tellsWhoHasAPassword() throws Exception {
        String user = thing + "User";
        ok(post(
                "Resources/EntityServices/Services/CreateUser",
                "{'name':'" + user + "','password':'a password of a device'}"));

        LinkFrame.Authenticated right = authenticate(password(user, "a password of a device"), "198.51.100.7");
        assertThat(right.status()).as(right.userOrReason()).isEqualTo(Status.SUCCESS);
        assertThat(Principal.ofToken(right.userOrReason())).isEqualTo(new Principal(user, false));

        LinkFrame.Authenticated wrong = authenticate(password(user, "another password"), "198.51.100.7");
        assertThat(wrong.status()).isEqualTo(Status.UNAUTHORIZED);
        assertThat(wrong.userOrReason()).contains("wrong").doesNotContain("another");
        assertThat(authenticate(password(thing + "Nobody", "a password of a device"), "198.51.100.7"))
                .extracting(LinkFrame.Authenticated::status, LinkFrame.Authenticated::userOrReason)
                .containsExactly(Status.UNAUTHORIZED, wrong.userOrReason());
    }

    /** Whoever guesses is told to wait, which devices do; that the password is wrong makes them give up. */
    @Test
    void tooManyWrongPasswordsFromAnAddressKeepPasswordsOutAndKeysNot() throws Exception {
        String address = "198.51.100.9";
        LinkFrame.Authenticated answer = authenticate(password(thing + "Guessed", "x"), address);
        for (int i = 0; i < 100 && answer.status() == Status.UNAUTHORIZED; i++) {
            answer = authenticate(password(thing + "Guessed" + i, "x"), address);
        }
        assertThat(answer.status()).as(answer.userOrReason()).isEqualTo(Status.UNAVAILABLE);
        assertThat(answer.userOrReason()).contains(address);

        List<Body.Auth.Claim> key = List.of(new Body.Auth.Claim("appKey", RunningNode.KEY));
        assertThat(authenticate(key, address).status()).isEqualTo(Status.SUCCESS);
    }

    @Test
    void aKeyIsTakenFromTheAddressesThatItIsFor() throws Exception {
        HttpResponse<String> made = node.post(
                "Resources/EntityServices/Services/CreateApplicationKey",
                "{\"name\":\"" + thing + "Key\",\"allowedAddresses\":[\"198.51.100.0/24\"]}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        String id = Json.read(made.body().getBytes(StandardCharsets.UTF_8))
                .path("rows")
                .path(0)
                .path("result")
                .asText();
        List<Body.Auth.Claim> key = List.of(new Body.Auth.Claim("appKey", id));
        assertThat(authenticate(key, "198.51.100.7").status()).isEqualTo(Status.SUCCESS);
        assertThat(authenticate(key, "203.0.113.7").status()).isEqualTo(Status.UNAUTHORIZED);
    }

    private static List<Body.Auth.Claim> password(String user, String password) {
        return List.of(new Body.Auth.Claim("password", password), new Body.Auth.Claim("userid", user));
    }

    @Test
    void bindsNamesAndIdentifiersWithGrowingEpochs() throws Exception {
        LinkFrame.Bound first = bind(thing, "*id-" + thing, thing);
        LinkFrame.Bound second = bind(thing);

        assertThat(first.status()).isEqualTo(Status.SUCCESS);
        assertThat(first.bindings())
                .extracting(LinkFrame.Binding::name, LinkFrame.Binding::thing)
                .containsExactly(tuple(thing, thing), tuple("*id-" + thing, thing));
        assertThat(second.bindings().get(0).epoch())
                .isGreaterThan(first.bindings().get(0).epoch());
        assertThat(unbind(first.bindings())).isEqualTo(Status.SUCCESS);
        assertThat(unbind(second.bindings())).isEqualTo(Status.SUCCESS);
        assertThat(unbind(second.bindings())).isEqualTo(Status.SUCCESS);
        assertThat(unbind(List.of(new LinkFrame.Binding("gone", "gone", 1)))).isEqualTo(Status.SUCCESS);
    }

    @Test
    void bindsWhatItKnowsOfSeveralNames() throws Exception {
        LinkFrame.Bound bound = bind("Gateway1", thing, "*nothing", "a\0b");

        assertThat(bound.status()).isEqualTo(Status.SUCCESS);
        assertThat(bound.bindings()).extracting(LinkFrame.Binding::name).containsExactly(thing);
        assertThat(bind().status()).isEqualTo(Status.SUCCESS);
    }

    @Test
    void bindsNothingThatItDoesNotKnow() throws Exception {
        LinkFrame.Bound bound = bind("NotThere", "*nothing", "a\0b");

        assertThat(bound.status()).isEqualTo(Status.NOT_FOUND);
        assertThat(bound.reason()).contains("NotThere");
        assertThat(bound.bindings()).isEmpty();
    }

    /** Whoever has bound a thing is asked for its values and told what is written to it. */
    @Test
    void bindsWhatADeviceMaySeeAndWrite() throws Exception {
        Principal device = new Principal(thing + "Device", false);
        ok(post(
                "Resources/EntityServices/Services/CreateUser",
                "{'name':'" + device.user() + "','password':'a password of a device'}"));
        String hidden = thing + "Hidden";
        String seen = thing + "Seen";
        for (String more : List.of(hidden, seen)) {
            ok(node.put("Things", "{\"name\":\"" + more + "\"}"));
        }
        for (String visible : List.of(thing, seen)) {
            ok(post(
                    "Things/" + visible + "/Services/AddVisibilityPermission",
                    "{'principal':'Everyone','principalType':'Organization'}"));
            allow(visible, "PropertyRead", "*", device);
            allow(visible, "ServiceInvoke", "*", device);
        }
        allow(thing, "PropertyWrite", "level", device);

        LinkFrame.Bound several = bindAs(device, thing, hidden, seen, "NotThere");
        assertThat(several.status()).isEqualTo(Status.SUCCESS);
        assertThat(several.bindings()).extracting(LinkFrame.Binding::name).containsExactly(thing);

        LinkFrame.Bound unseen = bindAs(device, hidden, "NotThere");
        assertThat(unseen.status()).isEqualTo(Status.NOT_FOUND);
        assertThat(unseen.reason()).isEqualTo("no thing is named " + hidden + ", NotThere");
        assertThat(unseen.bindings()).isEmpty();

        LinkFrame.Bound forbidden = bindAs(device, hidden, seen);
        assertThat(forbidden.status()).isEqualTo(Status.FORBIDDEN);
        assertThat(forbidden.reason())
                .isEqualTo("Not authorized to bind " + seen + ": PropertyWrite on at least one property is needed");
        assertThat(forbidden.bindings()).isEmpty();
        assertThat(bindAs(new Principal("Administrator", true), thing).status()).isEqualTo(Status.FORBIDDEN);
        assertThat(bindAs(Principal.SYSTEM, hidden).status()).isEqualTo(Status.SUCCESS);
        assertThat(bind(hidden, seen).bindings()).hasSize(2);
    }

    @Test
    void aGatewayThatNobodyHasMadeGetsAThingAsLongAsItIsThere() throws Exception {
        String gateway = thing + "Gateway";
        LinkFrame.Bound bound = bindAsGateway(ADMINISTRATOR, gateway, "SDKGateway", "*id-" + thing, gateway, gateway);
        assertThat(bound.status()).as(bound.reason()).isEqualTo(Status.SUCCESS);
        assertThat(bound.bindings())
                .extracting(LinkFrame.Binding::name, LinkFrame.Binding::thing)
                .containsExactly(tuple("*id-" + thing, thing), tuple(gateway, gateway));
        assertThat(node.get("Things/" + gateway).body()).contains("\"thingTemplate\":\"SDKGateway\"");
        assertThat(node.get("Things/" + gateway + "/Properties/isConnected").body())
                .contains("\"isConnected\":true");

        // One that is back soon finds its thing as it was.
        unbind(bound.bindings());
        LinkFrame.Bound again = bindAsGateway(ADMINISTRATOR, gateway, "SDKGateway", gateway);
        await().during(Duration.ofMillis(900))
                .until(() -> node.get("Things/" + gateway).statusCode() == 200);

        unbind(again.bindings());
        await().atMost(Duration.ofSeconds(10))
                .until(() -> node.get("Things/" + gateway).statusCode() == 404);
        assertThat(node.get("Things/" + thing).statusCode()).isEqualTo(200);
    }

    /** It is removed 300 ms after it has gone: whatever moment it comes back at, its thing is there. */
    @Test
    void aGatewayThatComesBackWhenItsThingIsBeingRemovedHasOne() throws Exception {
        String gateway = thing + "Gateway";
        for (int i = 0; i < 20; i++) {
            int delay = 292 + i;
            LinkFrame.Bound bound = bindAsGateway(ADMINISTRATOR, gateway, "SDKGateway", gateway);
            assertThat(bound.status()).as(bound.reason()).isEqualTo(Status.SUCCESS);
            assertThat(node.get("Things/" + gateway + "/Properties/isConnected").body())
                    .contains("\"isConnected\":true");
            unbind(bound.bindings());
            long left = System.nanoTime();
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> System.nanoTime() - left >= TimeUnit.MILLISECONDS.toNanos(delay));
        }
    }

    @Test
    void whatAGatewaySaysOfItselfKeepsNoneOfItsDevicesOut() throws Exception {
        for (String type : List.of("NoTemplate", "GenericThing", "RemoteThing", "ConnectionServer")) {
            LinkFrame.Bound bound = bindAsGateway(ADMINISTRATOR, thing + "G", type, thing);
            assertThat(bound.bindings()).extracting(LinkFrame.Binding::name).containsExactly(thing);
            assertThat(node.get("Things/" + thing + "G").statusCode()).isEqualTo(404);
        }
        for (String name : List.of("", "a/b", "*x", "a\0b", "x".repeat(300))) {
            assertThat(bindAsGateway(ADMINISTRATOR, name, "SDKGateway", thing).bindings())
                    .extracting(LinkFrame.Binding::name)
                    .containsExactly(thing);
        }
    }

    @Test
    void aGatewayWhoseUserMayBindNoneGetsNoThing() throws Exception {
        Principal device = new Principal(thing + "Device", false);
        ok(post(
                "Resources/EntityServices/Services/CreateUser",
                "{'name':'" + device.user() + "','password':'a password of a device'}"));
        String template = thing + "Template";
        ok(node.put("ThingTemplates", "{\"name\":\"" + template + "\",\"baseThingTemplate\":\"EMSGateway\"}"));
        String gateway = thing + "G";
        assertThat(bindAsGateway(device, gateway, template, gateway).status()).isEqualTo(Status.NOT_FOUND);
        assertThat(node.get("Things/" + gateway).statusCode()).isEqualTo(404);

        ok(post(
                "ThingTemplates/" + template + "/Services/AddInstanceVisibilityPermission",
                "{'principal':'Everyone','principalType':'Organization'}"));
        ok(post(
                "ThingTemplates/" + template + "/Services/AddInstanceRunTimePermission",
                "{'type':'PropertyWrite','resource':'*','principal':'" + device.user()
                        + "','principalType':'User','allow':true}"));
        assertThat(bindAsGateway(device, gateway, template, gateway).status()).isEqualTo(Status.SUCCESS);
        assertThat(node.get("Things/" + gateway).statusCode()).isEqualTo(200);
    }

    @Test
    void aThingOfAGatewayThatSomebodyChangesStays() throws Exception {
        String gateway = thing + "G";
        LinkFrame.Bound bound = bindAsGateway(ADMINISTRATOR, gateway, "BrowserGateway", gateway);
        ok(node.put("Things/" + gateway, "{\"description\":\"ours\"}"));
        unbind(bound.bindings());
        await().during(Duration.ofMillis(900))
                .until(() -> node.get("Things/" + gateway).statusCode() == 200);
    }

    private LinkFrame.Bound bindAsGateway(Principal principal, String name, String type, String... names)
            throws Exception {
        return (LinkFrame.Bound) link.ask(correlation -> new LinkFrame.Bind(
                correlation,
                principal.toToken(),
                "cx1",
                7,
                Optional.of(new Body.Bind.Gateway(name, type)),
                List.of(names)));
    }

    private static void allow(String thing, String type, String resource, Principal principal) throws Exception {
        ok(post(
                "Things/" + thing + "/Services/AddRunTimePermission",
                "{'type':'" + type + "','resource':'" + resource + "','principal':'" + principal.user()
                        + "','principalType':'User','allow':true}"));
    }

    private static HttpResponse<String> post(String address, String json) throws Exception {
        return node.post(address, json.replace('\'', '"'));
    }

    private static void ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    @Test
    void bindsOfVeryManyNamesHoldNobodyUp() throws Exception {
        List<CompletableFuture<LinkFrame>> large = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            large.add(beginBindOfMany(2_000));
        }
        assertThat(authenticate("appKey", RunningNode.KEY).status()).isEqualTo(Status.SUCCESS);
        assertThat(bind(thing).status()).isEqualTo(Status.SUCCESS);
        assertThat(large).noneMatch(CompletableFuture::isDone);
        for (CompletableFuture<LinkFrame> bound : large) {
            assertThat(((LinkFrame.Bound) bound.get(30, TimeUnit.SECONDS)).status())
                    .isIn(Status.SUCCESS, Status.UNAVAILABLE);
        }
    }

    /** The connection server has told its device that the binding failed, or binds again elsewhere. */
    @Test
    void aBindingWhoseLinkIsGoneIsUndone() throws Exception {
        long id = node.database().model().find("Things", thing).orElseThrow().id();
        IgniteCache<String, byte[]> bound = bindings();
        // More than can be looked up before the link is closed.
        var unused = beginBindOfMany(20_000);
        await().until(() -> bound.containsKey(Long.toString(id, Character.MAX_RADIX)));
        link.close();
        // What stays says that the binding has ended.
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            byte[] left = bound.get(Long.toString(id, Character.MAX_RADIX));
            return left[left.length - 1] == 0;
        });
    }

    private static IgniteCache<String, byte[]> bindings() {
        return Ignition.allGrids().stream()
                .filter(grid -> grid.name().equals("running1"))
                .findFirst()
                .orElseThrow()
                .cache("binding");
    }

    private CompletableFuture<LinkFrame> beginBindOfMany(int many) throws Exception {
        List<String> names = new ArrayList<>(List.of(thing));
        for (int i = 0; i < many; i++) {
            names.add("Nothing" + thing + UNKNOWN.incrementAndGet());
        }
        return link.begin(correlation ->
                new LinkFrame.Bind(correlation, ADMINISTRATOR.toToken(), "cx1", 7, Optional.empty(), names));
    }

    @ParameterizedTest
    @CsvSource({"wrong key, 1, 403", "the link key of the tests, 999, 426", ", 1, 403"})
    void refusesLinksOfOthers(String key, String version, int status) {
        Map<String, String> headers = new HashMap<>();
        headers.put(LinkKey.NODE_HEADER, "cx1");
        headers.put(LinkKey.VERSION_HEADER, version);
        if (key != null) {
            headers.put(LinkKey.KEY_HEADER, key);
        }
        assertRefused(headers, status);
    }

    @Test
    void refusesALinkThatDoesNotSayWhoseItIs() {
        assertRefused(
                Map.of(
                        LinkKey.KEY_HEADER,
                        Surroundings.LINK_KEY.reveal(),
                        LinkKey.VERSION_HEADER,
                        Integer.toString(LinkCodec.VERSION)),
                403);
    }

    private static void assertRefused(Map<String, String> headers, int status) {
        assertThatThrownBy(() -> LinkClient.open(node, headers))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(status));
    }

    @Test
    void closesALinkThatSpeaksNonsense() throws Exception {
        link.send(new byte[] {0, 0, 0, 9, 99});

        assertThat(link.closed().get(10, TimeUnit.SECONDS)).isEqualTo(1002);
    }

    @Test
    void closesALinkThatSendsAnswers() throws Exception {
        WireWriter out = new WireWriter();
        LinkCodec.write(out, new LinkFrame.Unbound(1, Status.SUCCESS));
        link.send(out.toByteArray());

        assertThat(link.closed().get(10, TimeUnit.SECONDS)).isEqualTo(1002);
    }

    @Test
    void closesALinkWithAUserThatItDidNotName() throws Exception {
        var unused = link.begin(
                correlation -> new LinkFrame.Request(correlation, "root", LinkFrame.Stamp.NONE, 0, new byte[0]));

        assertThat(link.closed().get(10, TimeUnit.SECONDS)).isEqualTo(1002);
    }

    private LinkFrame.Authenticated authenticate(String claim, String value) throws Exception {
        return authenticate(List.of(new Body.Auth.Claim(claim, value)), "127.0.0.1");
    }

    private LinkFrame.Authenticated authenticate(List<Body.Auth.Claim> claims, String address) throws Exception {
        return (LinkFrame.Authenticated)
                link.ask(correlation -> new LinkFrame.Authenticate(correlation, new Body.Auth(claims), address));
    }

    private LinkFrame.Bound bind(String... names) throws Exception {
        return bindAs(ADMINISTRATOR, names);
    }

    private LinkFrame.Bound bindAs(Principal principal, String... names) throws Exception {
        return (LinkFrame.Bound) link.ask(correlation ->
                new LinkFrame.Bind(correlation, principal.toToken(), "cx1", 7, Optional.empty(), List.of(names)));
    }

    private Status unbind(List<LinkFrame.Binding> bindings) throws Exception {
        return ((LinkFrame.Unbound) link.ask(correlation -> new LinkFrame.Unbind(correlation, bindings))).status();
    }
}
