package org.steadfast.foundation.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** Files of repositories as clients meet them. */
@ExtendWith(RunningNode.Extension.class)
class FilesTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static RunningNode node;
    private String repository;

    @BeforeAll
    static void take(RunningNode running) {
        node = running;
    }

    @BeforeEach
    void make() throws Exception {
        repository = "Files" + NUMBER.incrementAndGet();
        assertDone(node.put("Things", "{\"name\":\"" + repository + "\",\"thingTemplate\":\"FileRepository\"}"));
    }

    private HttpResponse<String> call(String service, String parameters) throws Exception {
        return node.post("Things/" + repository + "/Services/" + service, parameters.replace('\'', '"'));
    }

    private JsonNode rows(String service, String parameters) throws Exception {
        HttpResponse<String> answer = call(service, parameters);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.read(answer.body()).path("rows");
    }

    private static void assertDone(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static void assertFails(HttpResponse<String> answer, int status, String... words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(words).hasLineCount(1);
    }

    private HttpResponse<String> upload(Multipart parts) throws Exception {
        return node.send(parts.of(node.request("FileRepositoryUploader").header("X-XSRF-TOKEN", "any")));
    }

    private String download(String path) {
        return "FileRepositoryDownloader?download-repository=" + repository + "&download-path="
                + URLEncoder.encode(path, UTF_8);
    }

    @Test
    void aRepositoryHasItsFilesInTheLocationThatItNames() throws Exception {
        repository = "Films" + NUMBER.incrementAndGet();
        assertDone(node.put("Things", located(repository, "media")));
        assertDone(call("SaveText", "{'path': '/film.txt', 'content': 'long'}"));

        Path media = node.surroundings().folder("media").resolve("repository");
        assertThat(media.toFile()).isDirectoryRecursivelyContaining("glob:**/film.txt");
        assertThat(rows("LoadText", "{'path': '/film.txt'}").at("/0/result").asText())
                .isEqualTo("long");
        assertDone(node.delete("Things/" + repository));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(media.toFile()).isEmptyDirectory());
    }

    @Test
    void aLocationThatItsTemplateNamesIsTakenAndLeftWithTheThing() throws Exception {
        int number = NUMBER.incrementAndGet();
        String template = "FilmsTemplate" + number;
        assertDone(
                node.put("ThingTemplates", located(template, "media").replace("thingTemplate", "baseThingTemplate")));
        repository = "Films" + number;
        assertDone(node.put("Things", "{\"name\":\"" + repository + "\",\"thingTemplate\":\"" + template + "\"}"));
        assertDone(call("SaveText", "{'path': '/film.txt', 'content': 'long'}"));
        Path media = node.surroundings().folder("media").resolve("repository");
        assertThat(media.toFile()).isDirectoryRecursivelyContaining("glob:**/film.txt");

        // A change of the template is known at once; what was written before stays where it was.
        assertDone(node.put(
                "ThingTemplates/" + template, located(template, "").replace("thingTemplate", "baseThingTemplate")));
        assertFails(call("LoadText", "{'path': '/film.txt'}"), 404, "film.txt");
        assertDone(call("SaveText", "{'path': '/short.txt', 'content': 'short'}"));

        assertDone(node.delete("Things/" + repository));
        assertDone(node.delete("ThingTemplates/" + template));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(media.toFile()).isEmptyDirectory());
    }

    @Test
    void aLocationThatTheSettingsDoNotHaveIsNamed() throws Exception {
        repository = "Films" + NUMBER.incrementAndGet();
        assertDone(node.put("Things", located(repository, "nowhere")));

        assertFails(call("SaveText", "{'path': '/film.txt', 'content': 'long'}"), 503, "nowhere", "AdditionalStorage");
    }

    private static String located(String name, String location) {
        return ("{'name': '" + name + "', 'thingTemplate': 'FileRepository', 'configurationTables':"
                        + " {'FileRepositoryConfiguration': {'rows': [{'storageLocation': '" + location + "'}]}}}")
                .replace('\'', '"');
    }

    @Test
    void textsAndBytesAreReadAsTheyWereWritten() throws Exception {
        assertDone(call("SaveText", "{'path': '/a/text.txt', 'content': 'grüße\\n'}"));
        assertThat(rows("LoadText", "{'path': 'a/text.txt'}").at("/0/result").asText())
                .isEqualTo("grüße\n");
        byte[] bytes = {0, 1, -1, 127, -128};
        String encoded = Base64.getEncoder().encodeToString(bytes);
        assertDone(call("SaveBinary", "{'path': '/bytes', 'content': '" + encoded + "'}"));
        assertThat(rows("LoadBinary", "{'path': '/bytes'}").at("/0/result").asText())
                .isEqualTo(encoded);
        assertFails(call("LoadText", "{'path': '/bytes'}"), 400, "is no text in UTF-8");
        assertDone(call("SaveJSON", "{'path': '/j.json', 'content': {'a': [1, 2]}}"));
        assertThat(call("LoadJSON", "{'path': '/j.json'}").body()).isEqualTo("{\"a\":[1,2]}");
    }

    @Test
    void listsFilesAndFolders() throws Exception {
        assertDone(call("SaveText", "{'path': '/b.txt', 'content': 'four'}"));
        assertDone(call("SaveText", "{'path': '/a.log', 'content': ''}"));
        assertDone(call("CreateFolder", "{'path': '/sub/deep'}"));
        JsonNode all = rows("GetFileListing", "{'path': '/'}");
        assertThat(all.findValuesAsText("name")).containsExactly("a.log", "b.txt", "sub");
        assertThat(all.findValuesAsText("path")).containsExactly("/a.log", "/b.txt", "/sub");
        assertThat(all.findValuesAsText("fileType")).containsExactly("F", "F", "D");
        assertThat(all.at("/1/size").asInt()).isEqualTo(4);
        assertThat(all.at("/1/lastModifiedDate").asLong()).isGreaterThan(1_600_000_000_000L);
        assertThat(rows("GetFileListing", "{'nameMask': '*.t?t'}").findValuesAsText("name"))
                .containsExactly("b.txt");
        assertThat(rows("ListFiles", "{}").findValuesAsText("name")).containsExactly("a.log", "b.txt");
        assertThat(rows("ListDirectories", "{'path': '/sub'}").findValuesAsText("path"))
                .containsExactly("/sub/deep");
        assertThat(rows("GetFileInfo", "{'path': '/sub'}").at("/0/fileType").asText())
                .isEqualTo("D");
        assertFails(call("GetFileInfo", "{'path': '/nothing'}"), 404, "/nothing", "not found");
    }

    @Test
    void movesRenamesAndDeletes() throws Exception {
        assertDone(call("CreateTextFile", "{'path': '/a', 'data': 'a'}"));
        assertFails(call("CreateTextFile", "{'path': '/a', 'data': 'b'}"), 409, "/a", "already exists");
        assertDone(call("CreateTextFile", "{'path': '/a', 'data': 'b', 'overwrite': true}"));
        assertDone(call("MoveFile", "{'sourcePath': '/a', 'targetPath': '/folder/b'}"));
        assertDone(call("RenameFile", "{'path': '/folder/b', 'name': 'c'}"));
        assertThat(rows("LoadText", "{'path': '/folder/c'}").at("/0/result").asText())
                .isEqualTo("b");
        assertFails(call("RenameFile", "{'path': '/folder/c', 'name': '../c'}"), 400, "name");
        assertDone(call("CreateZipArchive", "{'newFileName': 'all.zip', 'path': '/folder'}"));
        assertDone(call("DeleteFile", "{'path': '/folder/c'}"));
        assertDone(call("ExtractZipArchive", "{'path': '/folder', 'zipFileName': 'all.zip'}"));
        assertThat(rows("ListFiles", "{'path': '/folder'}").findValuesAsText("name"))
                .containsExactly("all.zip", "c");
        assertDone(call("DeleteFolder", "{'path': '/folder'}"));
        assertThat(rows("GetFileListing", "{}")).isEmpty();
        assertFails(call("DeleteFile", "{'path': '/folder/c'}"), 404, "does not exist");
        assertFails(call("DeleteFolder", "{'path': '/'}"), 400, "root");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "/../../evil", "a/../../evil", "..\\\\evil", "C:/evil", "evil\\u0000"})
    void noPathLeadsOut(String path) throws Exception {
        assertFails(call("SaveText", "{'path': '" + path + "', 'content': 'x'}"), 400, "the name [");
        assertFails(call("LoadText", "{'path': '" + path + "'}"), 400, "the name [");
        assertFails(
                upload(new Multipart()
                        .text("upload-repository", repository)
                        .text("upload-path", path.replace("\\u0000", "\u0001").replace("\\\\", "\\"))
                        .file("upload-files", "evil.txt", new byte[1])),
                400,
                "the name [");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..%2F..%2Fevil", "%2e%2e/evil", "a/%2e%2e/%2e%2e/evil", "..%5cevil", "x%00"})
    void noAddressLeadsOut(String path) throws Exception {
        HttpResponse<String> answer = node.get("FileRepositories/" + repository + "/" + path);
        assertThat(answer.statusCode()).as(answer.body()).isIn(400, 404);
        assertThat(node.get("FileRepositoryDownloader?download-repository=" + repository + "&download-path=" + path)
                        .statusCode())
                .isIn(400, 404);
    }

    @Test
    void uploadsAndDownloadsByAddresses() throws Exception {
        byte[] bytes = new byte[700_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        HttpResponse<String> uploaded = upload(new Multipart()
                .text("upload-repository", repository)
                .text("upload-path", "/in/it")
                .file("upload-files", "größe 1.bin", bytes)
                .file("upload-files", "C:\\Users\\me\\second.txt", "two".getBytes(UTF_8))
                .text("upload-submit", "Upload"));
        assertDone(uploaded);
        assertThat(rows("GetFileListing", "{'path': '/in/it'}").findValuesAsText("name"))
                .containsExactly("größe 1.bin", "second.txt");

        HttpResponse<byte[]> whole = node.client()
                .send(node.request(download("/in/it/größe 1.bin")).build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(whole.body()).isEqualTo(bytes);
        assertThat(whole.headers().firstValue("Content-Length")).contains("700000");
        assertThat(whole.headers().firstValue("Content-Type")).contains("application/octet-stream");
        assertThat(whole.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"gr__e 1.bin\"; filename*=UTF-8''gr%C3%B6%C3%9Fe%201.bin");
        assertThat(node.get("FileRepositories/" + repository + "/in/it/second.txt")
                        .body())
                .isEqualTo("two");
        assertFails(node.get(download("/in/nothing")), 404, "/in/nothing", "not found");
        assertFails(node.get(download("/in")), 400, "is a folder");
        assertFails(node.get("FileRepositoryDownloader?download-path=/x"), 400, "download-repository");
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = node.request(download(path));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return node.send(request);
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-3, 0123, bytes 0-3/10",
        "bytes=7-, 789, bytes 7-9/10",
        "bytes=-2, 89, bytes 8-9/10",
        "bytes=8-100, 89, bytes 8-9/10"
    })
    void aDownloadThatBrokeOffGoesOn(String range, String part, String where) throws Exception {
        assertDone(call("SaveText", "{'path': '/f', 'content': '0123456789'}"));
        HttpResponse<String> answer = get("/f", "Range", range);
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.body()).isEqualTo(part);
        assertThat(header(answer, "Content-Range")).isEqualTo(where);
        assertThat(header(answer, "Content-Length")).isEqualTo(Integer.toString(part.length()));
        assertThat(header(answer, "ETag")).isEqualTo(header(get("/f"), "ETag")).isNotEmpty();
    }

    @Test
    void aPartThatIsNotThereIsRefusedAndWhatIsNoPartIsAnsweredWithTheWhole() throws Exception {
        assertDone(call("SaveText", "{'path': '/f', 'content': '0123456789'}"));
        HttpResponse<String> beyond = get("/f", "Range", "bytes=10-");
        assertFails(beyond, 416, "header Range", "10 bytes");
        assertThat(header(beyond, "Content-Range")).isEqualTo("bytes */10");
        for (String range : List.of("bytes=0-1,4-5", "lines=1-2")) {
            HttpResponse<String> whole = get("/f", "Range", range);
            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(whole.body()).isEqualTo("0123456789");
        }
        assertDone(call("SaveText", "{'path': '/empty', 'content': ''}"));
        assertThat(get("/empty").statusCode()).isEqualTo(200);
        assertThat(get("/empty", "Range", "bytes=0-").statusCode()).isEqualTo(416);
    }

    /** Half of one file and half of another would be no file at all. */
    @Test
    void aPartOfAFileThatWasReplacedMeanwhileIsNotGiven() throws Exception {
        assertDone(call("SaveText", "{'path': '/f', 'content': '0123456789'}"));
        String etag = header(get("/f"), "ETag");
        assertThat(get("/f", "Range", "bytes=5-", "If-Range", etag).body()).isEqualTo("56789");
        assertDone(call("SaveText", "{'path': '/f', 'content': 'abcdefghij'}"));
        HttpResponse<String> other = get("/f", "Range", "bytes=5-", "If-Range", etag);
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(other.body()).isEqualTo("abcdefghij");
        assertThat(header(other, "ETag")).isNotEqualTo(etag);
    }

    @Test
    void aFileThatTheClientHasIsNotSentAgain() throws Exception {
        assertDone(call("SaveText", "{'path': '/f', 'content': 'first'}"));
        String etag = header(get("/f"), "ETag");
        HttpResponse<String> same = get("/f", "If-None-Match", "\"other\", W/" + etag);
        assertThat(same.statusCode()).as(same.body()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(header(same, "ETag")).isEqualTo(etag);
        assertDone(call("SaveText", "{'path': '/f', 'content': 'again'}"));
        assertThat(get("/f", "If-None-Match", etag).body()).isEqualTo("again");
        // Many of either leave room for more: what they held is given back.
        for (int i = 0; i < 100; i++) {
            assertThat(get("/f", "Range", "bytes=99-").statusCode()).isEqualTo(416);
            assertThat(get("/f", "If-None-Match", "*").statusCode()).isEqualTo(304);
        }
        assertThat(get("/f").body()).isEqualTo("again");
    }

    /** Whoever may upload must not run anything in the browser of whoever looks at it. */
    @ParameterizedTest
    @CsvSource({
        "page.html, application/octet-stream, attachment",
        "image.svg, application/octet-stream, attachment",
        "script.js, application/octet-stream, attachment",
        "picture.PNG, image/png, inline",
        "notes.txt, text/plain;charset=UTF-8, inline"
    })
    void nothingThatCouldRunIsShown(String name, String type, String disposition) throws Exception {
        assertDone(call("SaveText", "{'path': '/" + name + "', 'content': '<script>alert(1)</script>'}"));
        for (String address :
                List.of("FileRepositories/" + repository + "/" + name, download("/" + name) + "&directRender=true")) {
            HttpResponse<String> shown = node.get(address);
            assertThat(shown.headers().firstValue("Content-Type")).contains(type);
            assertThat(shown.headers().firstValue("Content-Disposition").orElse(""))
                    .startsWith(disposition);
            assertThat(shown.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(shown.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("sandbox");
        }
    }

    @Test
    void whatIsTooLongOrHasNoRoomIsRefusedAndNothingOfItStays() throws Exception {
        Multipart longer =
                new Multipart().text("upload-repository", repository).file("f", "long", new byte[(8 << 20) + 1]);
        assertFails(upload(longer), 413, "MostFileMegabytes");
        Multipart empty = new Multipart().text("upload-repository", repository);
        assertFails(upload(empty), 400, "no part that is a file");
        assertFails(upload(new Multipart().file("f", "x", new byte[1])), 400, "upload-repository");
        for (int i = 0; i < 3; i++) {
            assertDone(upload(
                    new Multipart().text("upload-repository", repository).file("f", "part" + i, new byte[8_000_000])));
        }
        HttpResponse<String> full =
                upload(new Multipart().text("upload-repository", repository).file("f", "part3", new byte[8_000_000]));
        assertFails(full, 507, "MostRepositoryMegabytes");
        assertThat(rows("ListFiles", "{}").findValuesAsText("name")).containsExactly("part0", "part1", "part2");
    }

    @Test
    void moreTransfersThanMayBeAreRefusedUntilOneHasEnded() throws Exception {
        assertDone(
                upload(new Multipart().text("upload-repository", repository).file("f", "long", new byte[8_000_000])));
        List<InputStream> slow = new ArrayList<>();
        try {
            // Longer than what the sockets between us hold; none is read.
            for (int i = 0; i < RunningNode.MOST_TRANSFERS; i++) {
                slow.add(SlowClient.get(node, download("/long")));
            }
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                HttpResponse<String> refused = node.get(download("/long"));
                assertFails(refused, 503, "MostTransfers");
            });
        } finally {
            for (InputStream each : slow) {
                each.close();
            }
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> node.get(download("/long")).statusCode() == 200);
    }

    @Test
    void scriptsUseThem() throws Exception {
        String thing = repository + "User";
        assertDone(node.put("Things", """
                {"name": "%s", "thingTemplate": "GenericThing",
                 "thingShape": {"serviceDefinitions": {"Note": {"name": "Note", "resultType": {"name": "result", "baseType": "TEXT"}}},
                   "serviceImplementations": {"Note": {"handlerName": "Script", "configurationTables": {"Script": {"rows": [
                     {"code": "Things['%s'].SaveText({path: '/n.txt', content: 'noted'}); result = Things['%s'].LoadText({path: '/n.txt'});"}]}}}}}}""".formatted(thing, repository, repository)));
        HttpResponse<String> answer = node.post("Things/" + thing + "/Services/Note", "{}");
        assertThat(answer.body()).contains("noted");
    }

    @Test
    void whoMayOnlyReadDoesNotWriteAndStrangersSeeNothing() throws Exception {
        assertDone(call("SaveText", "{'path': '/x', 'content': 'x'}"));
        assertFails(
                node.send(node.anonymous("Things/" + repository + "/Services/SaveText")
                        .header("appKey", RunningNode.READ_ONLY_KEY)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"path\":\"/x\",\"content\":\"y\"}"))),
                403,
                "only read");
        assertFails(
                node.send(new Multipart()
                        .text("upload-repository", repository)
                        .file("f", "x", new byte[1])
                        .of(node.anonymous("FileRepositoryUploader")
                                .header("X-XSRF-TOKEN", "any")
                                .header("appKey", RunningNode.READ_ONLY_KEY))),
                403,
                "only read");
        assertThat(node.send(node.anonymous(download("/x"))).statusCode()).isEqualTo(401);
        assertThat(rows("LoadText", "{'path': '/x'}").at("/0/result").asText()).isEqualTo("x");
    }

    @Test
    void aThingThatIsDeletedTakesItsFilesAlongAndTheNextOfItsNameBeginsEmpty() throws Exception {
        assertDone(call("SaveText", "{'path': '/old', 'content': 'x'}"));
        Path folder = node.surroundings().folder("storage").resolve("repository");
        List<String> before = names(folder);
        assertDone(node.delete("Things/" + repository));
        assertFails(node.get(download("/old")), 404, repository);
        make(repository);
        assertThat(rows("GetFileListing", "{}")).isEmpty();
        assertDone(call("SaveText", "{'path': '/new', 'content': 'x'}"));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(names(folder)).hasSameSizeAs(before).isNotEqualTo(before));
        assertThat(rows("GetFileListing", "{}").findValuesAsText("name")).containsExactly("new");
    }

    private static List<String> names(Path folder) throws Exception {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** An identifier may be anything; its thing has one set of files, in its own folder. */
    @Test
    void aThingIsTheSameByItsIdentifier() throws Exception {
        String identifier = "x/../../../../evil" + repository;
        assertDone(node.put(
                "Things/" + repository,
                "{\"name\":\"" + repository + "\",\"thingTemplate\":\"FileRepository\",\"identifier\":\"" + identifier
                        + "\"}"));
        assertDone(upload(
                new Multipart().text("upload-repository", "*" + identifier).file("f", "x", new byte[3])));
        assertThat(rows("GetFileListing", "{}").findValuesAsText("path")).containsExactly("/x");
        assertThat(node.get("FileRepositoryDownloader?download-path=/x&download-repository="
                                + URLEncoder.encode("*" + identifier, UTF_8))
                        .body())
                .hasSize(3);
    }

    private static void make(String name) throws Exception {
        assertDone(node.put("Things", "{\"name\":\"" + name + "\",\"thingTemplate\":\"FileRepository\"}"));
    }

    @Test
    void otherThingsHaveNoFiles() throws Exception {
        String thing = repository + "Other";
        assertDone(node.put("Things", "{\"name\":\"" + thing + "\",\"thingTemplate\":\"GenericThing\"}"));
        assertThat(node.get("FileRepositories/" + thing + "/x").statusCode()).isEqualTo(404);
        assertFails(
                upload(new Multipart().text("upload-repository", thing).file("f", "x", new byte[1])),
                404,
                "is no file repository");
    }
}
