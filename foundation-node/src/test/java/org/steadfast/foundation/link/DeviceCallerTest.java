package org.steadfast.foundation.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.coordination.link.LinkKey;
import org.steadfast.foundation.RunningNode;
import org.steadfast.foundation.Surroundings;
import org.steadfast.foundation.security.Principal;
import org.steadfast.protocol.link.LinkCodec;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/** What users ask of devices goes over links; this test is the connection server at their other end. */
@ExtendWith(RunningNode.Extension.class)
class DeviceCallerTest {
    private static final AtomicInteger THINGS = new AtomicInteger();
    private static RunningNode node;

    private final String thing = "Called" + THINGS.incrementAndGet();
    private final String server = "server of " + thing;
    private LinkClient link;

    @BeforeAll
    static void take(RunningNode running) {
        node = running;
    }

    @BeforeEach
    void open() throws Exception {
        assertThat(node.put("Things", """
                {"name": "%s", "thingTemplate": "RemoteThing", "propertyDefinitions": {
                    "cached": {"baseType": "NUMBER", "aspects": {"remote": true, "cacheTime": 600000}},
                    "quick": {"baseType": "NUMBER", "aspects": {"remote": true, "cacheTime": 0, "timeout": 300}}}}""".formatted(thing)).statusCode()).isEqualTo(200);
        // A name of its own: links of other tests may not have ended yet.
        link = LinkClient.open(
                node,
                Map.of(
                        LinkKey.KEY_HEADER, Surroundings.LINK_KEY.reveal(),
                        LinkKey.NODE_HEADER, server,
                        LinkKey.VERSION_HEADER, Integer.toString(LinkCodec.VERSION)));
    }

    @AfterEach
    void close() {
        link.close();
    }

    private long bind(long session) throws Exception {
        LinkFrame.Bound bound = (LinkFrame.Bound) link.ask(correlation ->
                new LinkFrame.Bind(correlation, "rw:Administrator", server, session, Optional.empty(), List.of(thing)));
        return bound.bindings().get(0).epoch();
    }

    private CompletableFuture<HttpResponse<String>> later(String method, String address, String body) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return node.send(method, address, body);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static HttpResponse<String> get(CompletableFuture<HttpResponse<String>> answer) throws Exception {
        return answer.get(20, TimeUnit.SECONDS);
    }

    private void answer(LinkFrame.Call call, Status status, Body.Response body) throws Exception {
        link.answer(new LinkFrame.Called(call.correlation(), status, MessageCodec.encodeBody(body)));
    }

    @Test
    void asksTheSessionThatHasTheThing() throws Exception {
        long epoch = bind(41);
        CompletableFuture<HttpResponse<String>> answer =
                later("POST", "Things/" + thing + "/Services/Open", "{\"percent\": 30, \"why\": \"rain\"}");

        LinkFrame.Call call = link.next(LinkFrame.Call.class);
        assertThat(call.session()).isEqualTo(41);
        assertThat(call.thing()).isEqualTo(thing);
        assertThat(call.epoch()).isEqualTo(epoch);
        assertThat(call.verb()).isEqualTo(Verb.POST);
        assertThat(call.timeoutMillis()).isEqualTo(2_000);
        Body.Request request = MessageCodec.decodeRequestBody(call.request());
        assertThat(request.target()).isEqualTo(Target.service(thing, "Open"));
        assertThat(request.parameters().orElseThrow().first("percent")).isEqualTo(Value.number(30));
        assertThat(request.parameters().orElseThrow().first("why")).isEqualTo(Value.string("rain"));
        answer(call, Status.SUCCESS, Body.Response.of(Infotable.result(Value.string("done"))));

        assertThat(get(answer).statusCode()).isEqualTo(200);
        assertThat(get(answer).body()).contains("\"result\":\"done\"");
    }

    @Test
    void theEndOfTheLinkAnswersWhatIsUnderWay() throws Exception {
        bind(42);
        CompletableFuture<HttpResponse<String>> answer = later("POST", "Things/" + thing + "/Services/Open", "{}");
        assertThat(link.next(LinkFrame.Call.class)).isNotNull();
        link.close();
        assertThat(get(answer).statusCode()).isEqualTo(503);
        assertThat(get(answer).body()).contains("went away").contains("not known");
        assertThat(node.get("Things/" + thing + "/Properties/isConnected").body())
                .contains("\"isConnected\":false");
    }

    @Test
    void aConnectionServerThatDoesNotAnswerIsGivenUp() throws Exception {
        bind(43);
        CompletableFuture<HttpResponse<String>> answer = later("GET", "Things/" + thing + "/Properties/quick", "");
        LinkFrame.Call call = link.next(LinkFrame.Call.class);
        assertThat(call.timeoutMillis()).as("as its definition says").isEqualTo(300);
        assertThat(get(answer).statusCode()).isEqualTo(504);
        answer(call, Status.SUCCESS, Body.Response.empty());
        assertThat(node.get("Things/" + thing + "/Properties/isConnected").body())
                .contains("\"isConnected\":true");
    }

    @Test
    void whatWasAskedForIsNotAskedForAgainWhileItIsFresh() throws Exception {
        bind(44);
        CompletableFuture<HttpResponse<String>> answer = later("GET", "Things/" + thing + "/Properties/cached", "");
        LinkFrame.Call call = link.next(LinkFrame.Call.class);
        assertThat(call.verb()).isEqualTo(Verb.GET);
        answer(
                call,
                Status.SUCCESS,
                Body.Response.of(Infotable.single(new FieldDefinition("cached", BaseType.NUMBER), Value.number(7))));
        assertThat(get(answer).body()).contains("\"cached\":7");
        assertThat(node.get("Things/" + thing + "/Properties/cached").body()).contains("\"cached\":7");
        link.close();
        assertThat(node.get("Things/" + thing + "/Properties/cached").body()).contains("\"cached\":7");
    }

    @Test
    void answersOfDevicesThatCannotBeReadOrDoNotFitAreErrors() throws Exception {
        bind(45);
        CompletableFuture<HttpResponse<String>> unreadable = later("GET", "Things/" + thing + "/Properties/quick", "");
        link.answer(
                new LinkFrame.Called(link.next(LinkFrame.Call.class).correlation(), Status.SUCCESS, new byte[] {1}));
        assertThat(get(unreadable).statusCode()).isEqualTo(502);

        CompletableFuture<HttpResponse<String>> unfit = later("GET", "Things/" + thing + "/Properties/quick", "");
        answer(
                link.next(LinkFrame.Call.class),
                Status.SUCCESS,
                Body.Response.of(Infotable.result(Value.string("not a number"))));
        assertThat(get(unfit).statusCode()).isEqualTo(502);
        assertThat(get(unfit).body()).contains("quick").contains("NUMBER");
    }

    /** Devices push what they make of a value before they answer that they have taken it. */
    @Test
    void whatADevicePushesMeanwhileIsNewerThanWhatItWasSent() throws Exception {
        long epoch = bind(50);
        CompletableFuture<HttpResponse<String>> put =
                later("PUT", "Things/" + thing + "/Properties/cached", "{\"cached\": 999}");
        LinkFrame.Call call = link.next(LinkFrame.Call.class);
        assertThat(call.verb()).isEqualTo(Verb.PUT);
        byte[] push = MessageCodec.encode(new Message(
                Header.request(Verb.PUT, 1, 0, 1),
                new Body.Request(
                        Target.property(thing, "cached"),
                        Optional.of(
                                Infotable.single(new FieldDefinition("cached", BaseType.NUMBER), Value.number(100))))));
        link.ask(correlation -> new LinkFrame.Request(
                correlation,
                new Principal("Administrator", false).toToken(),
                new LinkFrame.Stamp(epoch, 1),
                System.currentTimeMillis(),
                push));
        answer(call, Status.SUCCESS, Body.Response.empty());
        assertThat(get(put).statusCode()).isEqualTo(200);
        assertThat(node.get("Things/" + thing + "/Properties").body()).contains("\"cached\":100");
    }

    @Test
    void whatIsTooLongForADeviceIsRefused() throws Exception {
        bind(51);
        HttpResponse<String> answer =
                node.post("Things/" + thing + "/Services/Open", "{\"text\": \"" + "x".repeat(1 << 20) + "\"}");
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(node.get("Things/" + thing + "/Properties/isConnected").body())
                .contains("\"isConnected\":true");
    }

    @Test
    void theSessionThatHadTheThingIsTold() throws Exception {
        bind(46);
        long later = bind(47);
        assertThat(link.next(LinkFrame.Superseded.class)).isEqualTo(new LinkFrame.Superseded(0, 46, thing, later));
    }

    @Test
    void theSessionThatHasAThingIsToldWhenItOrItsTemplateIsChanged() throws Exception {
        String template = thing + "Template";
        assertThat(node.put("ThingTemplates", "{\"name\":\"" + template + "\",\"baseThingTemplate\":\"RemoteThing\"}")
                        .statusCode())
                .isEqualTo(200);
        String other = thing + "Other";
        assertThat(node.put("Things", "{\"name\":\"" + other + "\",\"thingTemplate\":\"" + template + "\"}")
                        .statusCode())
                .isEqualTo(200);
        long epoch = bind(52);
        LinkFrame.Bound bound = (LinkFrame.Bound) link.ask(correlation ->
                new LinkFrame.Bind(correlation, "rw:Administrator", server, 53, Optional.empty(), List.of(other)));
        long epochOfOther = bound.bindings().get(0).epoch();
        // That they were made is a change, too, and is told with some delay.
        link.awaitSilence(Duration.ofSeconds(5));

        addProperty("Things/" + thing);
        assertThat(link.next(LinkFrame.DefinitionChanged.class))
                .isEqualTo(new LinkFrame.DefinitionChanged(0, 52, thing, epoch));
        addProperty("ThingTemplates/" + template);
        assertThat(link.next(LinkFrame.DefinitionChanged.class))
                .isEqualTo(new LinkFrame.DefinitionChanged(0, 53, other, epochOfOther));
    }

    private static void addProperty(String entity) throws Exception {
        assertThat(node.post(
                                entity + "/Services/AddPropertyDefinition",
                                "{\"name\":\"added\",\"type\":\"NUMBER\",\"remote\":true}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void bindingsThatAreKnownOrEndedAreNotChangedByBeingTold() throws Exception {
        long epoch = bind(48);
        link.ask(correlation -> new LinkFrame.Unbind(correlation, List.of(new LinkFrame.Binding(thing, thing, epoch))));
        assertThat(rebind(48, epoch)).isEqualTo(Status.SUCCESS);
        assertThat(node.get("Things/" + thing + "/Properties/isConnected").body())
                .contains("\"isConnected\":false");

        assertThat(rebind(49, epoch + 1)).isEqualTo(Status.SUCCESS);
        assertThat(node.get("Things/" + thing + "/Properties/isConnected").body())
                .contains("\"isConnected\":true");
        assertThat(node.get("Things/" + thing + "/Properties").body()).contains("isConnected", "lastConnection");
    }

    private Status rebind(long session, long epoch) throws Exception {
        LinkFrame.Rebound rebound = (LinkFrame.Rebound) link.ask(correlation -> new LinkFrame.Rebind(
                correlation,
                server,
                List.of(
                        new LinkFrame.Held(session, thing, thing, epoch),
                        new LinkFrame.Held(session, "NoThing", "NoThing", 1))));
        return rebound.status();
    }
}
