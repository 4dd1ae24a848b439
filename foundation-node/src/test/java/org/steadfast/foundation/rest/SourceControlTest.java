package org.steadfast.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** Entities as files of a repository, as version control has them. */
@ExtendWith(RunningNode.Extension.class)
class SourceControlTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String n = "controlled" + NUMBER.incrementAndGet() + "x";
    private RunningNode node;

    /** A thing of a project, whose template belongs to another one. */
    @BeforeEach
    void make(RunningNode running) throws Exception {
        node = running;
        put("Projects", "{'name':'" + n + "P'}");
        put("Projects", "{'name':'" + n + "Other'}");
        put("ThingTemplates", "{'name':'" + n + "T','projectName':'" + n + "Other'}");
        put(
                "Things",
                "{'name':'" + n + "','thingTemplate':'" + n + "T','projectName':'" + n + "P','description':'first'}");
        put("Things", "{'name':'" + n + "Files','thingTemplate':'FileRepository'}");
    }

    private void put(String address, String body) throws Exception {
        assertDone(node.put(address, body.replace('\'', '"')));
    }

    private static void assertDone(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private HttpResponse<String> call(String service, String parameters) throws Exception {
        return node.post(
                "Resources/SourceControlFunctions/Services/" + service,
                ("{'repositoryName':'" + n + "Files'" + parameters + "}").replace('\'', '"'));
    }

    private List<String> files(String folder) throws Exception {
        HttpResponse<String> answer =
                node.post("Things/" + n + "Files/Services/GetFileListing", "{\"path\": \"" + folder + "\"}");
        return Json.read(answer.body()).path("rows").findValuesAsText("name");
    }

    private String described() throws Exception {
        return Json.read(node.get("Things/" + n).body()).path("description").asText();
    }

    @Test
    void goToAFolderAndComeBack() throws Exception {
        assertDone(call("ExportSourceControlledEntities", ",'path':'/out','projectName':'" + n + "P'"));
        assertThat(files("/out")).containsExactly("Things");
        assertThat(files("/out/Things")).containsExactly(n + ".xml");

        put("Things/" + n, "{'description':'second'}");
        assertDone(call("ImportSourceControlledEntities", ",'path':'/out'"));
        assertThat(described()).isEqualTo("first");

        put("Things/" + n, "{'description':'third'}");
        assertDone(call("ExportSourceControlledEntities", ",'path':'/out','projectName':'" + n + "P'"));
        put("Things/" + n, "{'description':'fourth'}");
        assertDone(call("ImportSourceControlledEntities", ",'path':'/out/Things/" + n + ".xml'"));
        assertThat(described()).as("one file alone").isEqualTo("third");
    }

    @Test
    void goToAnArchiveAndComeBack() throws Exception {
        HttpResponse<String> made = call(
                "ExportSourceControlledEntitiesToZipFile", ",'path':'/zips','name':'all','projectName':'" + n + "P'");
        assertThat(Json.read(made.body()).at("/rows/0/result").asText()).isEqualTo("/zips/all.zip");
        node.delete("Things/" + n);
        assertDone(call("ImportSourceControlledEntities", ",'path':'/zips/all.zip'"));
        assertThat(described()).isEqualTo("first");
    }

    @Test
    void bringWhatTheyNeedWhereThatIsWanted() throws Exception {
        assertDone(call(
                "ExportSourceControlledEntities",
                ",'path':'/whole','collection':'Things','projectName':'" + n + "P','includeDependents':true"));
        assertThat(files("/whole")).containsExactlyInAnyOrder("Things", "ThingTemplates", "Projects");
        assertThat(files("/whole/ThingTemplates")).containsExactly(n + "T.xml");
        assertThat(files("/whole/Projects")).containsExactlyInAnyOrder(n + "P.xml", n + "Other.xml");

        String document =
                node.get("Exporter/Things/" + n + "?includeDependents=true").body();
        assertThat(document).contains("<ThingTemplate name=\"" + n + "T\"", "<Project name=\"" + n + "Other\"");
        assertThat(node.get("Exporter/Things/" + n).body()).doesNotContain("<ThingTemplate ");
    }

    @Test
    void anExportOfNothingIsDoneAndNamesOfAnyKindGo() throws Exception {
        assertDone(call("ExportSourceControlledEntities", ",'path':'/none','projectName':'" + n + "Nothing'"));
        HttpResponse<String> empty = call("ImportSourceControlledEntities", ",'path':'/'");
        assertThat(empty.statusCode()).isEqualTo(404);
        assertThat(empty.body()).contains("*.xml");

        put("Projects", "{'name':'" + n + "Names'}");
        String umlauts = "\u00e4".repeat(60) + n;
        for (String name : List.of("Con", umlauts)) {
            put("Things", "{'name':'" + name + "','thingTemplate':'GenericThing','projectName':'" + n + "Names'}");
        }
        assertDone(call("ExportSourceControlledEntities", ",'path':'/names','projectName':'" + n + "Names'"));
        assertThat(files("/names/Things")).hasSize(2).contains("%43on.xml");
        assertDone(node.post(
                "Things/" + n + "Files/Services/SaveText", "{\"path\": \"/names/readme.txt\", \"content\": \"x\"}"));
        assertDone(call("ImportSourceControlledEntities", ",'path':'/names'"));
        node.delete("Things/Con");
    }

    @Test
    void whatCannotBeImportedChangesNothingAndIsNamed() throws Exception {
        assertDone(call("ExportSourceControlledEntities", ",'path':'/bad','projectName':'" + n + "P'"));
        put("Things/" + n, "{'description':'second'}");
        assertDone(node.post(
                "Things/" + n + "Files/Services/SaveText",
                "{\"path\": \"/bad/Things/broken.xml\", \"content\": \"<Entities><Things>\"}"));
        HttpResponse<String> refused = call("ImportSourceControlledEntities", ",'path':'/bad'");
        assertThat(refused.statusCode()).isEqualTo(406);
        assertThat(refused.body()).contains("broken.xml");
        assertThat(described()).isEqualTo("second");

        assertThat(call("ImportSourceControlledEntities", ",'path':'/none'").statusCode())
                .isEqualTo(404);
        HttpResponse<String> unknown = call("ExportSourceControlledEntities", ",'collection':'Nothings'");
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body()).contains("collection", "Nothings");
    }

    @Test
    void areForAdministrators() throws Exception {
        JsonNode user = Json.read("{\"name\":\"" + n + "U\"}");
        assertDone(node.put("Users", Json.write(user)));
        HttpResponse<String> key = node.post(
                "Resources/EntityServices/Services/CreateApplicationKey",
                "{\"name\":\"" + n + "K\",\"userNameReference\":\"" + n + "U\"}");
        String text = Json.read(key.body()).at("/rows/0/result").asText();
        HttpResponse<String> refused = node.send(node.anonymous(
                        "Resources/SourceControlFunctions/Services/ExportSourceControlledEntities")
                .header("appKey", text)
                .header("Content-Type", "application/json")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"repositoryName\":\"" + n + "Files\"}")));
        assertThat(refused.statusCode()).isEqualTo(403);
    }
}
