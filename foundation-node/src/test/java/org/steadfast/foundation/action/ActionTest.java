package org.steadfast.foundation.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.protocol.json.Json;

/** What the author of a subscription may write instead of a script, and what is said where it is wrong. */
class ActionTest {
    private static Action read(String handler, String settings) throws Exception {
        return Action.read(handler, Json.read(settings.replace('\'', '"')));
    }

    @Test
    void readsEachKind() throws Exception {
        assertThat(read("SetProperties", "{'values':{'a':1}}"))
                .isEqualTo(
                        new PropertyAction("", Json.mapper().createObjectNode().put("a", 1)));
        assertThat(read("AddStreamEntry", "{'stream':'S','values':{'a':1}}"))
                .isEqualTo(
                        new StreamAction("S", Json.mapper().createObjectNode().put("a", 1)));
        assertThat(read("InvokeService", "{'service':'Do'}"))
                .isEqualTo(new ServiceAction("Things", "", "Do", Json.mapper().createObjectNode()));
        assertThat(read("Webhook", "{'url':'https://example.com/x','headers':{'Authorization':'Bearer t'}}"))
                .isEqualTo(new WebhookAction(
                        URI.create("https://example.com/x"),
                        "POST",
                        Map.of("Authorization", "Bearer t"),
                        Optional.empty(),
                        Duration.ofSeconds(10),
                        3));
    }

    @Test
    void anAddressIsSentAsItIsMeant() throws Exception {
        WebhookAction webhook = (WebhookAction) read("Webhook", "{'url':'https://example.com/stra\u00dfe?q=\u00e4'}");
        assertThat(webhook.url()).isEqualTo(URI.create("https://example.com/stra%C3%9Fe?q=%C3%A4"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "SQL | {} | handlerName: must be Script or one of AddStreamEntry, InvokeService, SetProperties, Webhook, and is [SQL]",
                "SetProperties | {} | settings.values: must have at least one value",
                "SetProperties | {'values':3} | settings.values: must be an object",
                "SetProperties | {'value':{'a':1}} | settings.value: is no setting of this handler",
                "SetProperties | {'thing':7,'values':{'a':1}} | settings.thing: must be a text",
                "AddStreamEntry | {'values':{'a':1}} | settings.stream: must be given",
                "InvokeService | {'entity':'T'} | settings.service: must be given",
                "InvokeService | {'collection':'Resources','service':'S'} | settings.entity: must be given",
                "Webhook | {} | settings.url: must be given",
                "Webhook | {'url':'not an address'} | settings.url: [not an address] is no address",
                "Webhook | {'url':'ftp://x/y'} | settings.url: must be like https://host/path",
                "Webhook | {'url':'file:///etc/passwd'} | settings.url: must be like https://host/path",
                "Webhook | {'url':'http://user:word@x/'} | settings.url: must not hold a user",
                "Webhook | {'url':'http://x/','method':'GET'} | settings.method: must be POST, PUT or PATCH, and is [GET]",
                "Webhook | {'url':'http://x/','headers':{'Host':'y'}} | settings.headers.Host: cannot be sent",
                "Webhook | {'url':'http://x/','headers':{'A':'b\\r\\nC: d'}} | settings.headers.A: must have characters of ASCII only, and no controls",
                "Webhook | {'url':'http://x/','headers':{'A':'Bearer \\u00e4'}} | settings.headers.A: must have characters of ASCII only",
                "Webhook | {'url':'http://x/','headers':{'a b':'c'}} | settings.headers.a b: cannot be sent, by its name",
                "Webhook | {'url':'http://x/','headers':{'Transfer-Encoding':'chunked'}} | settings.headers.Transfer-Encoding: cannot be sent: the platform sets it itself",
                "Webhook | {'url':'http://x/','headers':{'Steadfast-Signature':'x'}} | settings.headers.Steadfast-Signature: cannot be sent",
                "Webhook | {'url':'http://x:99999/'} | settings.url: has a port that is none: 99999",
                "Webhook | {'url':'http://x/','headers':{'A':1}} | settings.headers.A: must be a text",
                "Webhook | {'url':'http://x/','attempts':0} | settings.attempts: must be a whole number from 1 to 10, and is 0",
                "Webhook | {'url':'http://x/','timeoutSeconds':2.5} | settings.timeoutSeconds: must be a whole number from 1 to 60",
            })
    void saysWhichFieldIsWrong(String handler, String settings, String why) {
        assertThatThrownBy(() -> read(handler, settings))
                .isInstanceOf(InvalidActionException.class)
                .hasMessageStartingWith(why);
    }
}
