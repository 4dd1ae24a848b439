package org.steadfast.foundation.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** Users, groups, organizations and application keys in documents: who moves to this platform brings them along. */
@ExtendWith(RunningNode.Extension.class)
class PrincipalExchangeTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final String n = "people" + NUMBERS.incrementAndGet() + "x";
    private final String key = n + "-0123456789abcdef0123456789abcdef";
    private RunningNode node;

    @BeforeEach
    void take(RunningNode running) {
        node = running;
    }

    private String document() {
        return """
                <Entities>
                  <Things><Thing name="%1$s" thingTemplate="GenericThing">
                    <RunTimePermissions><Permissions resourceName="*">
                      <PropertyRead><Principal name="%1$sG" type="Group" isPermitted="true"/></PropertyRead>
                      <PropertyWrite><Principal name="%1$sG" type="Group" isPermitted="true"/></PropertyWrite>
                      <PropertyWrite><Principal name="%1$sU" type="User" isPermitted="false"/></PropertyWrite>
                    </Permissions></RunTimePermissions>
                    <VisibilityPermissions><Visibility>
                      <Principal name="%1$sO:Line" type="OrganizationalUnit" isPermitted="true"/></Visibility></VisibilityPermissions>
                    <ThingShape><PropertyDefinitions>
                      <PropertyDefinition name="p" baseType="NUMBER"/></PropertyDefinitions></ThingShape></Thing></Things>
                  <Users><User name="%1$sU" enabled="true" description="an operator" password="secret"/>
                    <User name="Administrator" enabled="true"/></Users>
                  <Groups><Group name="%1$sG"><Members>
                    <Member name="%1$sU" type="User"/><Member name="%1$sNobody" type="User"/></Members></Group>
                    <Group name="Administrators"><Members><Member name="%1$sU" type="User"/></Members></Group></Groups>
                  <Organizations><Organization name="%1$sO"><OrganizationalUnits>
                    <OrganizationalUnit name="Line" parent="Plant"><Members><Member name="%1$sG" type="Group"/></Members>
                    </OrganizationalUnit>
                    <OrganizationalUnit name="Plant" parent="" description="the plant"/></OrganizationalUnits></Organization></Organizations>
                  <ApplicationKeys><ApplicationKey name="%1$sK" keyId="%2$s" userNameReference="%1$sU"/></ApplicationKeys>
                </Entities>""".formatted(n, key);
    }

    private HttpResponse<String> upload(String document) throws Exception {
        return node.send(new Multipart()
                .file("file", "all.xml", document.getBytes(UTF_8))
                .of(node.request("Importer?purpose=import&report=true").header("X-XSRF-TOKEN", "any")));
    }

    private HttpResponse<String> upload() throws Exception {
        HttpResponse<String> answer = upload(document());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private JsonNode rows(String address, String body) throws Exception {
        HttpResponse<String> answer = node.post(address, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.read(answer.body()).path("rows");
    }

    private int status(String address, String key) throws Exception {
        return node.send(node.anonymous(address).header("appKey", key)).statusCode();
    }

    @Test
    void comeWithTheirMembersUnitsRightsAndKeys() throws Exception {
        JsonNode ignored = Json.read(upload().body()).path("ignored");

        assertThat(ignored)
                .extracting(JsonNode::asText)
                .contains(
                        "the member Users/" + n + "Nobody of Groups/" + n + "G, who does not exist here",
                        "Users/Administrator, which came with the platform, with its members",
                        "Groups/Administrators, which came with the platform, with its members");
        assertThat(ignored.toString()).contains("password").doesNotContain("secret", key);
        assertThat(rows("Groups/" + n + "G/Services/GetGroupMembers", "{}").findValuesAsText("name"))
                .containsExactly(n + "U");
        assertThat(rows("Groups/Administrators/Services/GetGroupMembers", "{}").findValuesAsText("name"))
                .doesNotContain(n + "U");
        assertThat(rows("Organizations/" + n + "O/Services/GetMembers", "{\"name\":\"Line\"}")
                        .findValuesAsText("name"))
                .containsExactly(n + "G");
        assertThat(rows("Organizations/" + n + "O/Services/GetParentName", "{\"name\":\"Line\"}")
                        .at("/0/result")
                        .asText())
                .isEqualTo("Plant");

        assertThat(status("Things/" + n + "/Properties/p", key))
                .as("by a key of old")
                .isEqualTo(200);
        HttpResponse<String> written = node.send(node.anonymous("Things/" + n + "/Properties/p")
                .header("appKey", key)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("5")));
        assertThat(written.statusCode()).as("what is denied in the same bundle").isEqualTo(403);
    }

    @Test
    void goAndComeBackAsTheyWereWithoutSecrets() throws Exception {
        upload();
        StringBuilder all = new StringBuilder("<Entities>");
        for (String address : new String[] {
            "Users/" + n + "U", "Groups/" + n + "G", "Organizations/" + n + "O", "ApplicationKeys/" + n + "K"
        }) {
            String one = node.get("Exporter/" + address).body();
            assertThat(one).doesNotContain(key);
            all.append(one, one.indexOf('>', one.indexOf("<Entities")) + 1, one.lastIndexOf("</Entities>"));
        }
        for (String address : new String[] {
            "ApplicationKeys/" + n + "K",
            "Things/" + n,
            "Groups/" + n + "G",
            "Organizations/" + n + "O",
            "Users/" + n + "U"
        }) {
            HttpResponse<String> deleted = node.delete(address);
            assertThat(deleted.statusCode()).as(address + deleted.body()).isEqualTo(200);
        }
        HttpResponse<String> back = upload(all.append("</Entities>").toString());
        assertThat(back.statusCode()).as(back.body()).isEqualTo(200);
        assertThat(Json.read(back.body()).path("ignored")).isEmpty();
        assertThat(rows("Organizations/" + n + "O/Services/GetMembers", "{\"name\":\"Line\"}")
                        .findValuesAsText("name"))
                .containsExactly(n + "G");
        assertThat(rows("Groups/" + n + "G/Services/GetGroupMembers", "{}").findValuesAsText("name"))
                .containsExactly(n + "U");
        assertThat(status("Things?maxItems=1", key))
                .as("no document has the key, so the key is gone")
                .isEqualTo(401);
    }

    @Test
    void aSecondTimeChangesNothing() throws Exception {
        upload();
        upload();
        assertThat(rows("Groups/" + n + "G/Services/GetGroupMembers", "{}")).hasSize(1);
        assertThat(status("Things/" + n + "/Properties/p", key)).isEqualTo(200);
    }

    @Test
    void keysThatAreNoneAreRefusedOrTold() throws Exception {
        String body = "<Entities><ApplicationKeys><ApplicationKey name=\"" + n + "K\" keyId=\"%s\""
                + " userNameReference=\"%s\"/></ApplicationKeys></Entities>";
        HttpResponse<String> ofSystem = upload(body.formatted(key, "System"));
        assertThat(ofSystem.statusCode()).isEqualTo(406);
        assertThat(ofSystem.body()).contains("System");
        HttpResponse<String> ofNobody = upload(body.formatted(key, n + "Nobody"));
        assertThat(ofNobody.statusCode()).isEqualTo(406);
        HttpResponse<String> tooShort = upload(body.formatted("guessed", "Administrator"));
        assertThat(tooShort.statusCode()).isEqualTo(200);
        assertThat(tooShort.body()).contains("shorter than 32").doesNotContain("guessed");
        assertThat(status("Things?maxItems=1", "guessed")).isEqualTo(401);
    }

    @Test
    void whatCannotBeDoneIsRefusedBeforeAnythingIsStored() throws Exception {
        String thing = "<Things><Thing name=\"" + n + "\" thingTemplate=\"GenericThing\"/></Things>";
        String orphan = "<Entities>" + thing + "<Organizations><Organization name=\"" + n + "O\"><OrganizationalUnits>"
                + "<OrganizationalUnit name=\"A\" parent=\"X\"/></OrganizationalUnits></Organization></Organizations></Entities>";
        HttpResponse<String> refused = upload(orphan);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(406);
        assertThat(refused.body()).contains("Organizations/" + n + "O", "[X]");

        upload();
        String sameKey = "<Entities>" + thing.replace(n, n + "Other") + "<ApplicationKeys><ApplicationKey name=\"" + n
                + "K2\" keyId=\"" + key + "\" userNameReference=\"Administrator\"/></ApplicationKeys></Entities>";
        HttpResponse<String> taken = upload(sameKey);
        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(406);
        assertThat(taken.body()).contains("ApplicationKeys/" + n + "K").doesNotContain(key);
        assertThat(node.get("Things/" + n + "Other").statusCode()).isEqualTo(404);
    }
}
