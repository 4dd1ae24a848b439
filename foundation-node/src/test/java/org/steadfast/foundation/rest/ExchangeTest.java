package org.steadfast.foundation.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** Entities that come and go as files, as importer clients send and fetch them. */
@ExtendWith(RunningNode.Extension.class)
class ExchangeTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String IMPORT = "Importer?purpose=import&usedefaultdataprovider=false&WithSubsystems=false";

    private static RunningNode node;

    /** Names of one test are no other's. */
    private final String n = "x" + NUMBERS.incrementAndGet() + "x";

    @TempDir
    private Path folder;

    @BeforeAll
    static void use(RunningNode running) {
        node = running;
    }

    /** Everything a project needs, in an order in which nothing could be made one after the other. */
    private String project() {
        return """
                <Entities>
                  <Things><Thing name="%1$s" thingTemplate="%1$sT" projectName="%1$sP" tags="V:%1$s" identifier="id %1$s"
                      enabled="true">
                    <ThingShape><PropertyDefinitions>
                      <PropertyDefinition name="own" baseType="STRING" ordinal="1"/></PropertyDefinitions></ThingShape>
                    <ThingProperties>
                      <own><Value>a &lt;value&gt;</Value><Timestamp>2026-01-02T03:04:05.678Z</Timestamp>
                        <Quality>GOOD</Quality></own>
                      <level><Value>4.5</Value></level></ThingProperties></Thing></Things>
                  <ThingTemplates>
                    <ThingTemplate name="%1$sT" baseThingTemplate="%1$sB" projectName="%1$sP"/>
                    <ThingTemplate name="%1$sB" projectName="%1$sP">
                      <ImplementedShapes><ImplementedShape name="%1$sS"/></ImplementedShapes></ThingTemplate>
                  </ThingTemplates>
                  <ThingShapes><ThingShape name="%1$sS" projectName="%1$sP">
                    <PropertyDefinitions><PropertyDefinition name="level" baseType="NUMBER"/></PropertyDefinitions>
                    <EventDefinitions><EventDefinition name="e" dataShape="%1$sD"/></EventDefinitions></ThingShape></ThingShapes>
                  <DataShapes><DataShape name="%1$sD" projectName="%1$sP">
                    <FieldDefinitions><FieldDefinition name="f" baseType="NUMBER"/></FieldDefinitions></DataShape></DataShapes>
                  <Projects><Project name="%1$sP" description="of the test"/></Projects>
                </Entities>""".formatted(n);
    }

    private List<String> addresses() {
        return List.of(
                "Things/" + n,
                "ThingTemplates/" + n + "T",
                "ThingTemplates/" + n + "B",
                "ThingShapes/" + n + "S",
                "DataShapes/" + n + "D",
                "Projects/" + n + "P");
    }

    @Test
    void aBundleInAnyOrderIsStoredWithItsValues() throws Exception {
        HttpResponse<String> imported = upload(IMPORT, "file", project().getBytes(UTF_8));

        assertThat(imported.statusCode()).as(imported.body()).isEqualTo(200);
        assertThat(imported.body()).isEqualTo("success");
        for (String address : addresses()) {
            assertThat(node.get(address).statusCode()).as(address).isEqualTo(200);
        }
        JsonNode values = rows(node.get("Things/" + n + "/Properties")).get(0);
        assertThat(values.path("own").asText()).isEqualTo("a <value>");
        assertThat(values.path("level").asDouble()).isEqualTo(4.5);
        assertThat(rows(node.post("Things/" + n + "/Services/GetPropertyTime", "{\"propertyName\": \"own\"}"))
                        .at("/0/result")
                        .asText())
                .contains("1767323045678");
    }

    @Test
    void whatWasExportedComesBackAsItWas() throws Exception {
        upload(IMPORT, "file", project().getBytes(UTF_8));
        node.put("Things/" + n + "/Properties/level", "7");
        Map<String, JsonNode> before = entities();
        HttpResponse<String> exported = node.get("Exporter?projectName=" + n + "P");
        String thing = node.get("Exporter/Things/" + n + "?Accept=text/xml").body();
        byte[] zip = bytes("Exporter?projectName=" + n + "P&forSourceControl=true");

        assertThat(exported.statusCode()).isEqualTo(200);
        assertThat(exported.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/xml"));
        assertThat(exported.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"" + n + "P.xml\"");
        assertThat(exported.body()).contains("<Value>7.0</Value>").doesNotContain("<Projects>");
        assertThat(thing).contains("<Thing name=\"" + n + "\"").doesNotContain("ThingTemplates>");
        assertThat(names(zip)).contains("Things/" + n + ".xml", "DataShapes/" + n + "D.xml");

        for (byte[] document : List.of(exported.body().getBytes(UTF_8), zip)) {
            for (String address : addresses().subList(0, 5)) {
                assertThat(node.delete(address).statusCode()).as(address).isEqualTo(200);
            }
            HttpResponse<String> imported = upload(IMPORT, "filedata", document);
            assertThat(imported.body()).isEqualTo("success");
            assertThat(entities()).isEqualTo(before);
            assertThat(rows(node.get("Things/" + n + "/Properties/level"))
                            .at("/0/level")
                            .asDouble())
                    .isEqualTo(7);
        }
    }

    @Test
    void permissionsGoWithTheirEntitiesAndAreOnlyAddedTo() throws Exception {
        upload(IMPORT, "file", project().getBytes(UTF_8));
        for (String group : List.of("G", "H")) {
            node.put("Groups", "{\"name\": \"" + n + group + "\"}");
        }
        node.put("Organizations", "{\"name\": \"" + n + "O\"}");
        permit("Things/" + n, "AddRunTimePermission", "PropertyRead", "G", true);
        permit("Things/" + n, "AddDesignTimePermission", "Update", "G", false);
        permit("ThingTemplates/" + n + "T", "AddInstanceRunTimePermission", "ServiceInvoke", "G", true);
        ok(node.post(
                "ThingTemplates/" + n + "T/Services/AddInstanceVisibilityPermission",
                "{\"principal\": \"" + n + "O\", \"principalType\": \"Organization\"}"));
        Map<String, String> before = permissions();
        byte[] document = node.get("Exporter?projectName=" + n + "P").body().getBytes(UTF_8);
        byte[] zip = bytes("Exporter?projectName=" + n + "P&forSourceControl=true");

        for (byte[] file : List.of(document, zip)) {
            for (String address : addresses().subList(0, 5)) {
                ok(node.delete(address));
            }
            assertThat(upload(IMPORT, "file", file).body()).isEqualTo("success");
            assertThat(permissions()).isEqualTo(before);
        }
        assertThat(audited("Things/" + n))
                .as("by the service, and by two imports")
                .filteredOn(detail -> detail.equals("RunTime: added PropertyRead on * for Groups/" + n + "G"))
                .hasSize(3);

        permit("Things/" + n, "AddRunTimePermission", "PropertyRead", "G", false);
        permit("Things/" + n, "AddRunTimePermission", "PropertyRead", "H", true);
        Map<String, String> present = permissions();
        assertThat(upload(IMPORT, "file", document).body()).isEqualTo("success");
        assertThat(permissions()).as("what is said already stands").isEqualTo(present);
    }

    @Test
    void principalsThatAreNotThereAreToldAndWhatIsDeniedToThemIsRefused() throws Exception {
        String permissions = """
                <Owner name="%1$sNobody" type="User"/>
                <RunTimePermissions><Permissions resourceName="own">
                  <PropertyRead><Principal name="Users" type="Group" isPermitted="true"/></PropertyRead>
                  <PropertyWrite><Principal name="%1$sNobody" type="User" isPermitted="%2$s"/></PropertyWrite>
                </Permissions></RunTimePermissions>
                <ThingShape>""";
        String leftOut = project().replaceFirst("<ThingShape>", permissions.formatted(n, "true"));
        String denied = project().replaceFirst("<ThingShape>", permissions.formatted(n, "false"));

        HttpResponse<String> refused = upload(IMPORT, "file", denied.getBytes(UTF_8));
        assertThat(refused.statusCode()).isEqualTo(406);
        assertThat(refused.body().lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("Things/" + n + ": ")
                        .contains("PropertyWrite on own is denied to Users/" + n + "Nobody, which does not exist"));
        assertThat(node.get("Things/" + n).statusCode()).isEqualTo(404);

        HttpResponse<String> taken = upload(IMPORT + "&report=true", "file", leftOut.getBytes(UTF_8));
        assertThat(Json.read(taken.body()).path("ignored"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder(
                        "a permission of Things/" + n + " for Users/" + n + "Nobody, which does not exist here",
                        "the owner of Things/" + n + ", the user [" + n + "Nobody], who does not exist here");
        String subscribing = "<Entities><Things><Thing name=\"" + n
                + "Sub\" thingTemplate=\"GenericThing\"><ThingShape>"
                + "<Subscriptions><Subscription name=\"s\" eventName=\"ThingStart\" runAsUser=\"" + n + "Nobody\"/>"
                + "</Subscriptions></ThingShape></Thing></Things></Entities>";
        HttpResponse<String> byNobody = upload(IMPORT + "&report=true", "file", subscribing.getBytes(UTF_8));
        assertThat(Json.read(byNobody.body()).path("ignored"))
                .extracting(JsonNode::asText)
                .containsExactly("runAsUser of the subscription s of Things/" + n + "Sub, the user [" + n
                        + "Nobody], who does not exist here; it runs as [Administrator]");
        assertThat(Json.read(node.get("Things/" + n + "Sub").body())
                        .findPath("runAsUser")
                        .asText())
                .isEqualTo("Administrator");
        JsonNode runTime = Json.read(permissions().get("Things/" + n + " RunTime"));
        assertThat(runTime.at("/permissions/0/PropertyRead/0/name").asText()).isEqualTo("Users");
        assertThat(runTime.at("/permissions/0/PropertyWrite")).isEmpty();
    }

    private void permit(String entity, String service, String right, String group, boolean allow) throws Exception {
        ok(node.post(
                entity + "/Services/" + service,
                "{\"type\": \"" + right + "\", \"resource\": \"*\", \"principal\": \"" + n + group
                        + "\", \"principalType\": \"Group\", \"allow\": " + allow + "}"));
    }

    private static void ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private Map<String, String> permissions() throws Exception {
        Map<String, String> permissions = new LinkedHashMap<>();
        for (String set : List.of("RunTime", "DesignTime", "Visibility")) {
            read(permissions, "Things/" + n, set);
            read(permissions, "ThingTemplates/" + n + "T", "Instance" + set);
        }
        return permissions;
    }

    private static void read(Map<String, String> into, String entity, String set) throws Exception {
        HttpResponse<String> answer = node.post(entity + "/Services/Get" + set + "PermissionsAsJSON", "{}");
        ok(answer);
        into.put(entity + " " + set, answer.body());
    }

    private static List<String> audited(String entity) throws Exception {
        List<String> details = new ArrayList<>();
        rows(node.post("Subsystems/AuditSubsystem/Services/QueryAuditHistory", "{\"maxItems\": 100}"))
                .forEach(row -> {
                    if (row.toString().contains(entity.substring(entity.indexOf('/') + 1))) {
                        row.forEach(cell -> details.add(cell.asText()));
                    }
                });
        return details;
    }

    @Test
    void nothingIsStoredWhereOneIsRefused() throws Exception {
        HttpResponse<String> refused = upload(
                IMPORT, "file", project().replace("</Things>", """
                        <Thing name="%1$sBad" thingTemplate="Nowhere"/>
                        <Thing name="%1$sWorse" thingTemplate="GenericThing"><ThingShape><PropertyDefinitions>
                        <PropertyDefinition name="p" baseType="NONSENSE"/></PropertyDefinitions></ThingShape></Thing>
                        <Thing name="a/b"/>
                        </Things>""".formatted(n)).getBytes(UTF_8));

        assertThat(refused.statusCode()).isEqualTo(406);
        assertThat(refused.body().lines())
                .hasSize(3)
                .anySatisfy(line -> assertThat(line)
                        .isEqualTo("Things/" + n
                                + "Bad: field thingTemplate: the thing template [Nowhere] does not exist"))
                .anySatisfy(line ->
                        assertThat(line).startsWith("Things/" + n + "Worse: ").contains("NONSENSE"))
                .anySatisfy(line -> assertThat(line).startsWith("Things/a/b: "));
        for (String address : addresses()) {
            assertThat(node.get(address).statusCode()).as(address).isEqualTo(404);
        }
        HttpResponse<String> wrongValue =
                upload(IMPORT, "file", project().replace("4.5", "much").getBytes(UTF_8));
        assertThat(wrongValue.statusCode()).isEqualTo(406);
        assertThat(wrongValue.body()).contains("value of property level");
        assertThat(node.get("Projects/" + n + "P").statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsThereIsReplacedButKeepsItsValuesUnlessTheyAreToBeOverwritten() throws Exception {
        upload(IMPORT, "file", project().getBytes(UTF_8));
        node.put("Things/" + n + "/Properties/own", "\"mine\"");
        String changed = project().replace("identifier=", "description=\"new\" identifier=");

        assertThat(upload(IMPORT, "file", changed.getBytes(UTF_8)).body()).isEqualTo("success");
        assertThat(Json.read(node.get("Things/" + n).body()).path("description").asText())
                .isEqualTo("new");
        assertThat(rows(node.get("Things/" + n + "/Properties/own"))
                        .at("/0/own")
                        .asText())
                .isEqualTo("mine");

        assertThat(upload(IMPORT + "&overwritePropertyValues=true", "file", changed.getBytes(UTF_8))
                        .body())
                .isEqualTo("success");
        assertThat(rows(node.get("Things/" + n + "/Properties/own"))
                        .at("/0/own")
                        .asText())
                .isEqualTo("a <value>");

        String without = changed.replace("name=\"own\" baseType=\"STRING\"", "name=\"other\" baseType=\"STRING\"");
        HttpResponse<String> report =
                upload(IMPORT + "&report=true&overwritePropertyValues=true", "file", without.getBytes(UTF_8));
        assertThat(Json.read(report.body()).path("ignored").toString()).contains("the value of [own]");
        assertThat(report.headers().firstValue("X-Import-Ignored")).contains("1");
        assertThat(node.get("Things/" + n + "/Properties/own").statusCode()).isEqualTo(404);
    }

    @Test
    void rowsOfConfigurationTablesBelongToThePlaceUnlessTheyAreToBeOverwritten() throws Exception {
        String document = """
                <Entities><Things><Thing name="%s"><ConfigurationTables><ConfigurationTable name="T"><DataShape>
                <FieldDefinitions><FieldDefinition name="c" baseType="STRING"/></FieldDefinitions></DataShape>
                <Rows><Row><c>%s</c></Row></Rows></ConfigurationTable></ConfigurationTables></Thing></Things></Entities>""";
        upload(IMPORT, "file", document.formatted(n, "first").getBytes(UTF_8));

        upload(IMPORT, "file", document.formatted(n, "second").getBytes(UTF_8));
        assertThat(cell()).isEqualTo("first");
        upload(
                IMPORT + "&overwriteConfigurationTableValues=true",
                "file",
                document.formatted(n, "second").getBytes(UTF_8));
        assertThat(cell()).isEqualTo("second");
    }

    private String cell() throws Exception {
        return Json.read(node.get("Things/" + n).body())
                .at("/configurationTables/T/rows/0/c")
                .asText();
    }

    @Test
    void aMissingEntityIsAnEmptyExport() throws Exception {
        for (String address : List.of("Exporter/Things/" + n, "Exporter/Things?projectName=" + n)) {
            HttpResponse<String> exported = node.get(address);
            assertThat(exported.statusCode()).isEqualTo(200);
            assertThat(exported.body()).contains("<Entities ").doesNotContain("<Things>");
        }
        assertThat(node.get("Exporter/Nonsense").statusCode()).isEqualTo(404);
        assertThat(upload(
                                IMPORT,
                                "file",
                                node.get("Exporter/Things/" + n).body().getBytes(UTF_8))
                        .body())
                .isEqualTo("success");
    }

    @Test
    void exportsGoOverMoreThanOnePage() throws Exception {
        StringBuilder many = new StringBuilder("<Entities><Projects><Project name=\"" + n + "P\"/></Projects><Things>");
        for (int i = 0; i < 450; i++) {
            many.append("<Thing name=\"" + n + i + "\" projectName=\"" + n + "P\"/>");
        }
        HttpResponse<String> imported = upload(
                IMPORT, "file", many.append("</Things></Entities>").toString().getBytes(UTF_8));
        assertThat(imported.body()).isEqualTo("success");

        String exported = node.get("Exporter/Things?projectName=" + n + "P").body();

        assertThat(exported.split("<Thing name=", -1)).hasSize(451);
    }

    @Test
    void uploadsThatAreNoneAreRefused() throws Exception {
        HttpRequest.Builder withoutToken =
                multipart(node.request(IMPORT), "file", "a.xml", project().getBytes(UTF_8));
        assertThat(node.send(withoutToken).statusCode()).isEqualTo(403);
        assertThat(node.send(withoutToken).body()).contains("X-XSRF-TOKEN");
        assertThat(node.post(IMPORT, "{}").statusCode()).isEqualTo(415);
        assertThat(upload("Importer", "file", project().getBytes(UTF_8)).statusCode())
                .isEqualTo(400);
        HttpResponse<String> tooLong = upload(IMPORT, "file", new byte[(RunningNode.MOST_IMPORT_MEGABYTES << 20) + 1]);
        assertThat(tooLong.statusCode()).as(tooLong.body()).isEqualTo(413);
        Path longer =
                Files.write(folder.resolve("longer.xml"), new byte[(RunningNode.MOST_IMPORT_MEGABYTES + 1) << 20]);
        assertThat(curl(
                        "-H",
                        "Transfer-Encoding: chunked",
                        "-F",
                        "file=@" + longer,
                        "-w",
                        " %{http_code}",
                        "http://127.0.0.1:" + node.port() + "/Thingworx/" + IMPORT))
                .as("without a word of how long it is")
                .endsWith(" 413");
        HttpResponse<String> notXml = upload(IMPORT, "file", "nonsense".getBytes(UTF_8));
        assertThat(notXml.statusCode()).isEqualTo(406);
        assertThat(notXml.body()).contains("not well-formed");
        HttpRequest.Builder reader = multipart(
                node.anonymous(IMPORT)
                        .header("appKey", RunningNode.READ_ONLY_KEY)
                        .header("X-XSRF-TOKEN", "x"),
                "file",
                "a.xml",
                project().getBytes(UTF_8));
        assertThat(node.send(reader).statusCode()).isEqualTo(403);
    }

    @Test
    void curlCanDoIt() throws Exception {
        Path document = Files.writeString(folder.resolve("project.xml"), project());
        String base = "http://127.0.0.1:" + node.port() + "/Thingworx/";

        assertThat(curl("-F", "file=@" + document, base + IMPORT)).isEqualTo("success");
        String exported = curl("-H", "Accept: text/xml", base + "Exporter/Things/" + n);
        Path again = Files.writeString(folder.resolve("again.xml"), exported);
        assertThat(curl("-X", "DELETE", base + "Things/" + n)).isEmpty();
        assertThat(curl("-F", "filedata=@" + again + ";type=text/xml", base + IMPORT))
                .isEqualTo("success");
        assertThat(node.get("Things/" + n).statusCode()).isEqualTo(200);
    }

    private static String curl(String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "-sS",
                "--max-time",
                "20",
                "-H",
                "appKey: " + RunningNode.KEY,
                "-H",
                "X-XSRF-TOKEN: TWX-XSRF-TOKEN-VALUE"));
        command.addAll(List.of(more));
        Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String answer = new String(curl.getInputStream().readAllBytes(), UTF_8);
        assertThat(curl.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(curl.exitValue()).as(answer).isZero();
        return answer;
    }

    @Test
    void aPackageIsInstalledListedAndDeleted() throws Exception {
        byte[] first =
                extension("1.0.0", Map.of("Entities/Things/all.xml", project().getBytes(UTF_8)));
        String uploader = "ExtensionPackageUploader?purpose=import";

        JsonNode checked =
                Json.read(upload(uploader + "&validate=true", "upload", first).body());
        assertThat(checked.path("rows")).hasSize(1);
        assertThat(status(checked, 0, "validate")).isZero();
        assertThat(node.get("Things/" + n).statusCode()).isEqualTo(404);

        JsonNode installed =
                Json.read(upload(uploader + "&validate=false", "file", first).body());
        assertThat(status(installed, 0, "validate")).isZero();
        assertThat(status(installed, 1, "install")).isZero();
        assertThat(installed
                        .at("/rows/1/install/rows/0/extensionPackage/rows/0/packageVersion")
                        .asText())
                .isEqualTo("1.0.0");
        assertThat(node.get("Things/" + n).statusCode()).isEqualTo(200);
        JsonNode again = Json.read(upload(uploader, "file", first).body());
        assertThat(status(again, 0, "validate")).as("the same version").isEqualTo(2);

        String services = "Subsystems/PlatformSubsystem/Services/";
        assertThat(rows(node.post(services + "GetExtensionPackageList", "")))
                .filteredOn(row -> row.path("name").asText().equals(n))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.path("packageVersion").asText()).isEqualTo("1.0.0");
                    assertThat(row.path("vendor").asText()).isEqualTo("The vendor");
                });
        String name = "{\"packageName\": \"" + n + "\"}";
        assertThat(Json.read(node.post(services + "GetExtensionPackageDetails", name)
                                .body())
                        .path("entities"))
                .hasSize(6);

        node.put("Things", "{\"name\": \"" + n + "User\", \"thingTemplate\": \"" + n + "T\"}");
        HttpResponse<String> needed = node.post(services + "DeleteExtensionPackage", name);
        assertThat(needed.statusCode()).isEqualTo(403);
        assertThat(needed.body()).contains("ThingTemplates/" + n + "T is needed by Things/" + n + "User");
        assertThat(node.get("Things/" + n).statusCode())
                .as("nothing was deleted")
                .isEqualTo(200);
        node.delete("Things/" + n + "User");
        assertThat(node.post(services + "DeleteExtensionPackage", name).statusCode())
                .isEqualTo(200);
        for (String address : addresses()) {
            assertThat(node.get(address).statusCode()).as(address).isEqualTo(404);
        }
        assertThat(node.post(services + "DeleteExtensionPackage", name).statusCode())
                .isEqualTo(404);
    }

    @Test
    void packagesWithCodeOrWithWrongEntitiesFailWithoutBeingInstalled() throws Exception {
        byte[] withCode = extension(
                "1.0.0",
                Map.of("Entities/all.xml", project().getBytes(UTF_8), "lib/common/evil.jar", new byte[] {1, 2, 3}));
        byte[] wrong = extension(
                "1.0.0",
                Map.of(
                        "Entities/all.xml",
                        project()
                                .replace("<Projects>", "<Nothings>")
                                .replace("</Projects>", "</Nothings>")
                                .getBytes(UTF_8)));
        for (byte[] file : List.of(withCode, wrong)) {
            HttpResponse<String> refused = upload("ExtensionPackageUploader?purpose=import", "file", file);
            assertThat(refused.statusCode()).isEqualTo(200);
            JsonNode report = Json.read(refused.body());
            assertThat(report.path("rows")).hasSize(1);
            assertThat(status(report, 0, "validate")).isEqualTo(1);
            assertThat(report.at("/rows/0/validate/rows/0/reportMessage").asText())
                    .containsPattern("evil.jar|\\[" + n + "P\\] does not exist");
            assertThat(node.get("Things/" + n).statusCode()).isEqualTo(404);
        }
        assertThat(upload("ExtensionPackageUploader?purpose=import", "file", new byte[] {1, 2})
                        .statusCode())
                .isEqualTo(406);
    }

    private static int status(JsonNode report, int row, String step) {
        return report.at("/rows/" + row + "/" + step + "/rows/0/extensionReportStatus")
                .asInt(-1);
    }

    private byte[] extension(String version, Map<String, byte[]> files) throws Exception {
        Map<String, byte[]> all = new LinkedHashMap<>(files);
        all.put("metadata.xml", """
                <Entities><ExtensionPackages><ExtensionPackage name="%s" packageVersion="%s" vendor="The vendor"
                    description="d" minimumThingWorxVersion="9.0.0"/></ExtensionPackages></Entities>
                """.formatted(n, version).getBytes(UTF_8));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : all.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private Map<String, JsonNode> entities() throws Exception {
        Map<String, JsonNode> entities = new LinkedHashMap<>();
        for (String address : addresses()) {
            JsonNode entity = Json.read(node.get(address).body());
            ((com.fasterxml.jackson.databind.node.ObjectNode) entity).remove("lastModifiedDate");
            entities.put(address, entity);
        }
        return entities;
    }

    private static List<String> names(byte[] archive) throws Exception {
        List<String> names = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    private static byte[] bytes(String address) throws Exception {
        return node.client()
                .send(node.request(address).GET().build(), HttpResponse.BodyHandlers.ofByteArray())
                .body();
    }

    private static JsonNode rows(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.read(response.body()).path("rows");
    }

    private static HttpResponse<String> upload(String address, String part, byte[] file) throws Exception {
        return node.send(
                multipart(node.request(address).header("X-XSRF-TOKEN", "TWX-XSRF-TOKEN-VALUE"), part, "a.xml", file));
    }

    private static HttpRequest.Builder multipart(HttpRequest.Builder request, String part, String name, byte[] file) {
        return new Multipart().file(part, name, file).of(request);
    }
}
