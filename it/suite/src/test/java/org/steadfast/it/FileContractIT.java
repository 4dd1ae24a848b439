package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.steadfast.it.contract.Contract.json;
import static org.steadfast.it.contract.Contract.tree;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.steadfast.it.contract.Call;
import org.steadfast.it.contract.Contract;
import org.steadfast.it.contract.Heard;
import org.steadfast.it.contract.HttpUser;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.shared.OnCluster;

/** What existing clients do with files over the REST API: entities, packages, repositories and pictures, each request to the next of two nodes. */
@OnCluster(foundationNodes = 2, connectionServers = 2)
final class FileContractIT {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private static final String IMPORT = "Importer?purpose=import";

    @TempDir
    private static Path folder;

    private static ClusterUnderTest cluster;
    private static Contract contract;

    /** Unique, so that tests need not clean up. */
    private final String n = "File" + NUMBERS.incrementAndGet();

    @BeforeAll
    static void start(ClusterUnderTest shared) throws Exception {
        cluster = shared;
        contract = Contract.with(cluster, folder);
    }

    @AfterAll
    static void end() throws Exception {
        if (contract != null) {
            contract.close();
        }
    }

    static Stream<HttpUser> users() {
        return contract.users().stream();
    }

    @ParameterizedTest
    @MethodSource("users")
    void entitiesAreImportedAndExportedAsFiles(HttpUser user) throws Exception {
        Path file = Files.writeString(folder.resolve(n + ".xml"), """
                <Entities><Things><Thing name="%1$s" thingTemplate="GenericThing" projectName="%1$sP"/></Things>
                  <Projects><Project name="%1$sP"/></Projects></Entities>""".formatted(n));
        for (String part : List.of("file", "filedata")) {
            Heard imported = contract.ok(user, Call.upload(IMPORT + "&overwritePropertyValues=true", part, file));
            assertThat(imported.body()).isEqualTo("success");
        }
        assertThat(contract.ok(user, Call.upload("DataImporter?purpose=import&report=true", "file", file))
                        .json()
                        .path("entities")
                        .size())
                .isEqualTo(2);
        Heard xml = contract.ok(user, Call.get("Exporter/Things/" + n).with("Accept", "text/xml"));
        assertThat(xml.header("content-type").orElseThrow()).startsWith("text/xml");
        assertThat(xml.header("content-disposition").orElseThrow()).contains("filename=");
        assertThat(xml.body()).contains("<Thing ").contains("name=\"" + n + "\"");
        assertThat(contract.ok(user, Call.get("Exporter/Things/NoSuch")).body()).doesNotContain("<Thing ");
        assertThat(contract.ok(user, Call.get("Exporter/Projects")).body()).contains(n + "P");
        Heard zip = contract.ok(user, Call.get("Exporter?forSourceControl=true&projectName=" + n + "P"));
        try (ZipInputStream archive = new ZipInputStream(new ByteArrayInputStream(zip.bytes()))) {
            assertThat(archive.getNextEntry()).isNotNull();
        }
        Path again = Files.writeString(folder.resolve(n + "again.xml"), xml.body());
        contract.nothing(user, Call.delete("Things/" + n));
        assertThat(contract.ok(user, Call.upload(IMPORT, "file", again)).body()).isEqualTo("success");
        contract.ok(user, Call.get("Things/" + n));

        Path bad = Files.writeString(folder.resolve(n + "bad.xml"), "<Entities><Things>");
        contract.failed(user, Call.upload(IMPORT, "file", bad), 406, "");
        Heard forged = contract.answer(
                user,
                new Call(
                        "POST",
                        IMPORT,
                        Map.of("appKey", cluster.administratorKey()),
                        Optional.empty(),
                        Call.upload("", "file", file).upload()));
        assertThat(forged.status()).as("without X-XSRF-TOKEN").isEqualTo(403);
    }

    @ParameterizedTest
    @MethodSource("users")
    void extensionPackagesAreInstalledListedAndDeleted(HttpUser user) throws Exception {
        Path file = Files.write(folder.resolve(n + ".zip"), extension());
        JsonNode checked = contract.ok(
                        user, Call.upload("ExtensionPackageUploader?purpose=import&validate=true", "upload", file))
                .json();
        assertThat(checked.path("rows")).hasSize(1);
        JsonNode installed = contract.ok(
                        user, Call.upload("ExtensionPackageUploader?purpose=import&validate=false", "file", file))
                .json();
        assertThat(installed.at("/rows/0/validate/rows/0/extensionReportStatus").asInt(-1))
                .isZero();
        assertThat(installed
                        .at("/rows/1/install/rows/0/extensionPackage/rows/0/name")
                        .asText())
                .isEqualTo(n);
        contract.ok(user, Call.get("Things/" + n));
        String services = "Subsystems/PlatformSubsystem/Services/";
        JsonNode listed = contract.ok(user, Call.post(services + "GetExtensionPackageList", "{}"))
                .rows();
        assertThat(listed.findValuesAsText("name")).contains(n);
        assertThat(listed.path(0).fieldNames())
                .toIterable()
                .contains("name", "packageVersion", "vendor", "description", "minimumThingWorxVersion");
        contract.ok(user, Call.post(services + "GetExtensionPackageDetails", json("{'packageName':'" + n + "'}")));
        contract.nothing(user, Call.post(services + "DeleteExtensionPackage", json("{'packageName':'" + n + "'}")));
        assertThat(contract.ok(user, Call.post(services + "GetExtensionPackageList"))
                        .rows()
                        .findValuesAsText("name"))
                .doesNotContain(n);
    }

    @ParameterizedTest
    @MethodSource("users")
    void filesOfRepositoriesAreTheSameOnAllNodes(HttpUser user, @TempDir Path folder) throws Exception {
        contract.nothing(user, Call.put("Things", json("{'name':'" + n + "','thingTemplate':'FileRepository'}")));
        String services = "Things/" + n + "/Services/";
        contract.nothing(user, Call.post(services + "SaveText", json("{'path':'/a/b.txt','content':'first'}")));
        contract.nothing(user, Call.post(services + "SaveText", json("{'path':'a/b.txt','content':'second'}")));
        assertThat(contract.ok(user, Call.post(services + "LoadText", json("{'path':'/a/b.txt'}")))
                        .rows())
                .isEqualTo(tree("[{'result':'second'}]"));
        Path file = folder.resolve("up loaded.bin");
        byte[] bytes = new byte[3 << 20];
        new Random(1).nextBytes(bytes);
        Files.write(file, bytes);
        Map<String, String> where = Map.of("upload-repository", n, "upload-path", "/a");
        contract.nothing(user, Call.upload("FileRepositoryUploader", where, "upload-files", file));
        JsonNode listed = contract.ok(user, Call.post(services + "GetFileListing", json("{'path':'/a'}")))
                .rows();
        assertThat(listed.findValuesAsText("name")).containsExactly("b.txt", "up loaded.bin");
        assertThat(listed.findValuesAsText("path")).containsExactly("/a/b.txt", "/a/up loaded.bin");
        assertThat(contract.ok(
                                user,
                                Call.get("FileRepositoryDownloader?download-repository=" + n
                                        + "&download-path=/a/up%20loaded.bin"))
                        .bytes())
                .isEqualTo(bytes);
        contract.nothing(
                user,
                Call.post(
                        services + "MoveFile",
                        json("{'sourcePath':'/a/up loaded.bin','targetPath':'/c','overwrite':true}")));
        assertThat(contract.ok(user, Call.get("FileRepositories/" + n + "/c")).bytes())
                .isEqualTo(bytes);
        contract.nothing(user, Call.post(services + "DeleteFolder", json("{'path':'/a'}")));
        assertThat(contract.ok(user, Call.post(services + "ListDirectories", json("{'path':'/'}")))
                        .rows())
                .isEmpty();
        contract.failed(
                user,
                Call.post(services + "GetFileInfo", json("{'path':'/a/b.txt'}")),
                404,
                "File or folder [/a/b.txt] does not exist: not found");
    }

    @ParameterizedTest
    @MethodSource("users")
    void entitiesGoToARepositoryAndComeBack(HttpUser user) throws Exception {
        contract.nothing(user, Call.put("Projects", json("{'name':'" + n + "P'}")));
        thing(user, "{}");
        contract.nothing(user, Call.put("Things/" + n, json("{'projectName':'" + n + "P','description':'first'}")));
        contract.nothing(user, Call.put("Things", json("{'name':'" + n + "Files','thingTemplate':'FileRepository'}")));
        String services = "Resources/SourceControlFunctions/Services/";
        String where = "{'repositoryName':'" + n + "Files','path':'/out','projectName':'" + n + "P'}";
        contract.nothing(user, Call.post(services + "ExportSourceControlledEntities", json(where)));
        contract.nothing(user, Call.put("Things/" + n, json("{'description':'second'}")));
        contract.nothing(user, Call.post(services + "ImportSourceControlledEntities", json(where)));
        assertThat(contract.ok(user, Call.get("Things/" + n))
                        .json()
                        .path("description")
                        .asText())
                .isEqualTo("first");
        assertThat(contract.ok(user, Call.post(services + "ExportSourceControlledEntitiesToZipFile", json(where)))
                        .rows()
                        .at("/0/result")
                        .asText())
                .isEqualTo("/out/" + n + "P.zip");
    }

    @ParameterizedTest
    @MethodSource("users")
    void picturesOfEntitiesAreShownByEveryNode(HttpUser user) throws Exception {
        thing(user, "{}");
        assertThat(contract.answer(user, Call.get("Things/" + n + "/Avatar").with("appKey", cluster.administratorKey()))
                        .status())
                .isEqualTo(404);
        byte[] picture = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 1, 2, 3};
        contract.nothing(
                user,
                Call.post(
                        "Things/" + n + "/Services/SetAvatar",
                        json("{'content':'" + Base64.getEncoder().encodeToString(picture) + "'}")));
        Heard shown = contract.ok(user, Call.get("Things/" + n + "/Avatar"));
        assertThat(shown.bytes()).isEqualTo(picture);
        assertThat(shown.header("content-type")).contains("image/jpeg");
    }

    private void thing(HttpUser user, String properties) throws Exception {
        contract.nothing(
                user,
                Call.put(
                        "Things",
                        json("{'name':'" + n + "','thingTemplate':'GenericThing','propertyDefinitions':" + properties
                                + "}")));
    }

    private byte[] extension() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("metadata.xml"));
            zip.write("""
                    <Entities><ExtensionPackages><ExtensionPackage name="%s" packageVersion="1.0.0" vendor="v"
                        description="d" minimumThingWorxVersion="9.0.0"/></ExtensionPackages></Entities>
                    """.formatted(n).getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("Entities/Things/all.xml"));
            zip.write("<Entities><Things><Thing name=\"%s\" thingTemplate=\"GenericThing\"/></Things></Entities>"
                    .formatted(n)
                    .getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
