package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.shared.OnCluster;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Characteristic;
import org.steadfast.protocol.wire.EntityType;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;
import org.steadfast.simulator.Device;
import org.steadfast.simulator.DeviceCredentials;
import org.steadfast.simulator.DeviceFolder;
import org.steadfast.simulator.DeviceNetwork;
import org.steadfast.simulator.DeviceSettings;
import org.steadfast.simulator.UserAndPassword;

/** Files come from devices and go to them, whole or not at all, whatever dies in the middle. */
@OnCluster(foundationNodes = 2, connectionServers = 2)
final class FileTransferIT {
    private static final int BLOCK_BYTES = 50_000;
    private static final int FILE_BYTES = 1_234_567;
    private static final String SUBSYSTEM = "Subsystems/FileTransferSubsystem/Services/";

    private static ClusterUnderTest cluster;

    @TempDir
    private Path temp;

    private final String suffix = Long.toString(System.nanoTime(), 36);
    private final String thing = "Sender" + suffix;
    private final String repository = "Repository" + suffix;
    private final byte[] content = new byte[FILE_BYTES];
    private DeviceNetwork network;
    private DeviceFolder folder;

    @BeforeAll
    static void useCluster(ClusterUnderTest shared) {
        cluster = shared;
    }

    @BeforeEach
    void create() throws Exception {
        cluster.startAll();
        network = DeviceNetwork.start();
        folder = new DeviceFolder(temp, BLOCK_BYTES, 100_000_000);
        new Random(7).nextBytes(content);
        made("Things", "{'name':'%s','thingTemplate':'RemoteThingWithFileTransfer'}".formatted(thing));
        made("Things", "{'name':'%s','thingTemplate':'FileRepository'}".formatted(repository));
    }

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    @Test
    void aFileComesFromADevice() throws Exception {
        Files.write(folder.file("log.bin"), content);
        Files.createFile(folder.file("empty"));
        try (Device device = connect(0)) {
            JsonNode job = copy(0, fromDevice("log.bin", "/in"));
            assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("VALIDATED");
            assertThat(job.path("size").asInt()).isEqualTo(FILE_BYTES);
            assertThat(job.path("sourceChecksum").asText()).isEqualTo(DeviceFolder.md5(content));
            assertThat(inRepository(1, "/in/log.bin")).isEqualTo(content);

            assertThat(copy(1, fromDevice("empty", "/in")).path("state").asText())
                    .isEqualTo("VALIDATED");
            assertThat(inRepository(0, "/in/empty")).isEmpty();
            assertThat(folder.ended()).containsExactly("VALIDATED", "VALIDATED");
            assertThat(device.isOpen()).isTrue();
        }
    }

    @Test
    void aFileGoesToADeviceInThePlaceOfTheOneThatIsThere() throws Exception {
        save("/out/firmware.bin", content);
        Files.writeString(folder.file("firmware.bin"), "the one before");
        try (Device device = connect(1)) {
            JsonNode job = copy(0, toDevice("/out", "firmware.bin", DeviceFolder.SHARED));
            assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("VALIDATED");
            assertThat(folder.file("firmware.bin")).hasBinaryContent(content);

            // Something an earlier copy has left, and a folder that is not there yet.
            Files.writeString(
                    folder.staging().resolve(thing + ".shared.new.firmware.bin.part"), "the beginning of something");
            job = copy(1, toDevice("/out", "firmware.bin", DeviceFolder.SHARED + "/new"));
            assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("VALIDATED");
            assertThat(folder.file("new/firmware.bin")).hasBinaryContent(content);
            assertThat(leftOver()).isEmpty();
            assertThat(device.isOpen()).isTrue();
        }
    }

    /** As the C device SDK asks for it, waiting for the end; and with a password for once. */
    @Test
    void aDeviceSendsAFileByItself() throws Exception {
        String user = "Device" + suffix;
        posted(
                "Resources/EntityServices/Services/CreateUser",
                "{'name':'%s','password':'a password of a device'}".formatted(user));
        for (String entity : List.of(thing, repository)) {
            posted(
                    "Things/" + entity + "/Services/AddVisibilityPermission",
                    "{'principal':'Everyone','principalType':'Organization'}");
        }
        Files.write(folder.file("log.bin"), content);
        Infotable order = order(thing, DeviceFolder.SHARED, "log.bin", repository, "/own", false, 30_000);
        Target copy = new Target(EntityType.SUBSYSTEMS, "FileTransferSubsystem", Characteristic.SERVICES, "Copy");
        permit(thing, "PropertyWrite", "*", user);
        try (Device device = connect(0, new UserAndPassword(user, "a password of a device"))) {
            Message refused =
                    device.request(Verb.POST, copy, Optional.of(order)).get(40, TimeUnit.SECONDS);
            assertThat(Status.ofCode(refused.header().code())).contains(Status.FORBIDDEN);

            permit(thing, "ServiceInvoke", "ReadFromBinaryFile", user);
            permit(repository, "ServiceInvoke", "SaveBinary", user);
            Message answer = device.request(Verb.POST, copy, Optional.of(order)).get(40, TimeUnit.SECONDS);
            Infotable job = ((Body.Response) answer.body()).content().orElseThrow();
            assertThat(job.first("state")).as(job.toString()).isEqualTo(Value.string("VALIDATED"));
            assertThat(inRepository(1, "/own/log.bin")).isEqualTo(content);
        }
    }

    @Test
    void aDeviceThatComesBackElsewhereGoesOn() throws Exception {
        Files.write(folder.file("log.bin"), content);
        save("/out/firmware.bin", content);
        for (String order :
                List.of(fromDevice("log.bin", "/in"), toDevice("/out", "firmware.bin", DeviceFolder.SHARED))) {
            int before = folder.blocks();
            Device first = connect(0);
            folder.afterBlock(() -> {
                if (folder.blocks() == before + 10) {
                    first.cut();
                }
            });
            String id = copy(0, async(order)).path("transferId").asText();
            first.closed().get(20, TimeUnit.SECONDS);
            try (Device second = connect(1)) {
                awaitEnd(1, id, "VALIDATED");
                assertThat(second.isOpen()).isTrue();
            }
            assertThat(folder.blocks() - before).as("it went on where it was").isLessThan(FILE_BYTES / BLOCK_BYTES + 5);
        }
        assertThat(inRepository(0, "/in/log.bin")).isEqualTo(content);
        assertThat(folder.file("firmware.bin")).hasBinaryContent(content);
        assertThat(leftOver()).isEmpty();
    }

    @Test
    void aFileThatWasPutInItsPlaceUnheardIsThere() throws Exception {
        save("/out/firmware.bin", content);
        Files.writeString(folder.file("firmware.bin"), "the one before");
        Device first = connect(0);
        folder.afterMove(first::cut);
        String id = copy(1, async(toDevice("/out", "firmware.bin", DeviceFolder.SHARED)))
                .path("transferId")
                .asText();
        first.closed().get(20, TimeUnit.SECONDS);
        folder.afterMove(() -> {});
        try (Device second = connect(1)) {
            awaitEnd(0, id, "VALIDATED");
            assertThat(folder.file("firmware.bin")).hasBinaryContent(content);
            assertThat(second.isOpen()).isTrue();
        }
    }

    /** Devices name what they have not received completely by the name that they have bound. */
    @Test
    void aDeviceThatGoesByItsIdentifierGetsAFile() throws Exception {
        made("Things/" + thing, "{'identifier':'serial-%s'}".formatted(suffix));
        save("/out/firmware.bin", content);
        DeviceSettings settings = DeviceSettings.of(
                        cluster.deviceServers().get(0), cluster.deviceKey(), "*serial-" + suffix)
                .withServices(folder);
        try (Device device = Device.connect(network, settings).get(20, TimeUnit.SECONDS)) {
            JsonNode job = copy(1, toDevice("/out", "firmware.bin", DeviceFolder.SHARED));
            assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("VALIDATED");
            assertThat(folder.file("firmware.bin")).hasBinaryContent(content);
            assertThat(leftOver()).isEmpty();
            assertThat(device.isOpen()).isTrue();
        }
    }

    @Test
    void whatItsNodeLeavesBehindIsToldAsFailedAndNobodySeesAPart() throws Exception {
        Files.write(folder.file("log.bin"), content);
        save("/in/log.bin", "the one before".getBytes(StandardCharsets.UTF_8));
        CountDownLatch killed = new CountDownLatch(1);
        folder.afterBlock(() -> awaitAtThe(10, killed));
        try (Device device = connect(0)) {
            Node node = cluster.foundationNodes().get(0);
            String id = copy(0, async(fromDevice("log.bin", "/in")))
                    .path("transferId")
                    .asText();
            await().atMost(Duration.ofSeconds(20)).until(() -> folder.blocks() >= 9);
            node.kill();
            killed.countDown();
            JsonNode job = awaitEnd(1, id, "FAILED");
            assertThat(job.path("message").asText()).contains("foundation1").contains("gone");
            assertThat(inRepository(1, "/in/log.bin")).asString().isEqualTo("the one before");

            folder.afterBlock(() -> {});
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> copy(1, fromDevice("log.bin", "/again"))
                            .path("state")
                            .asText()
                            .equals("VALIDATED"));
            assertThat(inRepository(1, "/again/log.bin")).isEqualTo(content);
            assertThat(device.isOpen()).isTrue();
        } finally {
            killed.countDown();
        }
    }

    private void awaitAtThe(int block, CountDownLatch latch) {
        if (folder.blocks() == block - 1) {
            try {
                boolean unused = latch.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void aCopyIsCancelledFromAnyNode() throws Exception {
        save("/out/firmware.bin", content);
        Files.writeString(folder.file("firmware.bin"), "the one before");
        AtomicReference<String> id = new AtomicReference<>("");
        CountDownLatch cancelled = new CountDownLatch(1);
        folder.afterBlock(() -> awaitAtThe(5, cancelled));
        try (Device device = connect(0)) {
            id.set(copy(0, async(toDevice("/out", "firmware.bin", DeviceFolder.SHARED)))
                    .path("transferId")
                    .asText());
            await().atMost(Duration.ofSeconds(20)).until(() -> folder.blocks() >= 4);
            assertThat(active(1, id.get())).isTrue();
            RestClient.Answer answer =
                    rest(1).post(SUBSYSTEM + "CancelTransferJob", json("{'transferId':'%s'}".formatted(id.get())));
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            cancelled.countDown();
            awaitEnd(1, id.get(), "CANCELLED");
            assertThat(active(0, id.get())).isFalse();
            assertThat(folder.ended()).containsExactly("CANCELLED");
            assertThat(leftOver()).isEmpty();
            assertThat(folder.file("firmware.bin")).hasContent("the one before");
            assertThat(device.isOpen()).isTrue();
        } finally {
            cancelled.countDown();
        }
    }

    @Test
    void aFileThatChangesWhileItIsCopiedIsNotTaken() throws Exception {
        Files.write(folder.file("log.bin"), content);
        folder.afterBlock(() -> {
            if (folder.blocks() == 10) {
                try {
                    byte[] other = content.clone();
                    other[0]++;
                    Files.write(folder.file("log.bin"), other);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
        try (Device device = connect(0)) {
            JsonNode job = copy(0, fromDevice("log.bin", "/in"));
            assertThat(job.path("state").asText()).isEqualTo("FAILED");
            assertThat(job.path("message").asText()).contains("checksum");
            assertThat(rest(0).get("FileRepositories/" + repository + "/in/log.bin")
                            .status())
                    .isEqualTo(404);
            assertThat(device.isOpen()).isTrue();
        }
    }

    @Test
    void whatCannotBeCopiedIsRefusedAndSaysWhy() throws Exception {
        refused(400, "sourceFile", "{'sourceRepo':'%s','targetRepo':'%s'}".formatted(thing, repository));
        refused(404, "Nothing", "{'sourceRepo':'Nothing','sourceFile':'a','targetRepo':'%s'}".formatted(repository));
        refused(400, "name", fromDevice("../a", "/in"));
        refused(400, "..", fromDevice("a", "/in/../x"));
        refused(400, "queueable", fromDevice("a", "/in").replace("{", "{'queueable':true,"));
        made("Things", "{'name':'Plain%s','thingTemplate':'GenericThing'}".formatted(suffix));
        refused(400, "neither", fromDevice("a", "/in").replace(repository, "Plain" + suffix));

        JsonNode away = copy(0, fromDevice("a", "/in"));
        assertThat(away.path("state").asText()).isEqualTo("FAILED");
        assertThat(away.path("message").asText()).contains(thing).contains("not connected");
        save("/out/long", content);
        folder = new DeviceFolder(temp, BLOCK_BYTES, 1000);
        try (Device device = connect(0)) {
            JsonNode unknown = copy(0, fromDevice("nothing", "/in"));
            assertThat(unknown.path("state").asText()).isEqualTo("FAILED");
            assertThat(unknown.path("message").asText()).contains("GetFileInfo").contains("404");
            JsonNode tooLong = copy(0, toDevice("/out", "long", DeviceFolder.SHARED));
            assertThat(tooLong.path("message").asText()).contains("at most 1000");
            assertThat(device.isOpen()).isTrue();
        }
    }

    @Test
    void whoSubscribesHearsOfTheEnd() throws Exception {
        made("Things", """
                {'name': 'Heard%s', 'propertyDefinitions': {'state': {'baseType': 'STRING'}}, 'subscriptions': {
                  'told': {'eventName': 'FileTransfer', 'source': '%s',
                    'serviceImplementation': {'handlerName': 'Script', 'configurationTables': {'Script': {'rows': [
                      {'code': 'me.state = [eventData.state, eventData.targetPath, eventData.sourceFile].join();'}]}}}}}}""".formatted(suffix, repository));
        Files.write(folder.file("log.bin"), content);
        try (Device device = connect(0)) {
            assertThat(copy(0, fromDevice("log.bin", "/in")).path("state").asText())
                    .isEqualTo("VALIDATED");
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> rest(1).get("Things/Heard" + suffix + "/Properties/state")
                            .body()
                            .contains("VALIDATED,/in,log.bin"));
            assertThat(device.isOpen()).isTrue();
        }
    }

    private void refused(int status, String why, String order) throws Exception {
        RestClient.Answer answer = rest(0).post(SUBSYSTEM + "Copy", json(order));
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(why);
    }

    private Device connect(int server) throws Exception {
        return connect(server, cluster.deviceKey());
    }

    private Device connect(int server, DeviceCredentials credentials) throws Exception {
        DeviceSettings settings = DeviceSettings.of(cluster.deviceServers().get(server), credentials, thing)
                .withRequestTimeout(Duration.ofSeconds(40))
                .withServices(folder);
        return Device.connect(network, settings).get(20, TimeUnit.SECONDS);
    }

    private String fromDevice(String file, String targetPath) {
        return "{'sourceRepo':'%s','sourcePath':'%s','sourceFile':'%s','targetRepo':'%s','targetPath':'%s'}"
                .formatted(thing, DeviceFolder.SHARED, file, repository, targetPath);
    }

    private String toDevice(String sourcePath, String file, String targetPath) {
        return "{'sourceRepo':'%s','sourcePath':'%s','sourceFile':'%s','targetRepo':'%s','targetPath':'%s'}"
                .formatted(repository, sourcePath, file, thing, targetPath);
    }

    private static String async(String order) {
        return order.replace("{", "{'async':true,");
    }

    private static Infotable order(
            String sourceRepo,
            String sourcePath,
            String file,
            String targetRepo,
            String targetPath,
            boolean async,
            int timeoutMillis) {
        return new Infotable(
                List.of(
                        new FieldDefinition("sourceRepo", BaseType.STRING),
                        new FieldDefinition("sourcePath", BaseType.STRING),
                        new FieldDefinition("sourceFile", BaseType.STRING),
                        new FieldDefinition("targetRepo", BaseType.STRING),
                        new FieldDefinition("targetPath", BaseType.STRING),
                        new FieldDefinition("targetFile", BaseType.STRING),
                        new FieldDefinition("async", BaseType.BOOLEAN),
                        new FieldDefinition("timeout", BaseType.INTEGER)),
                List.of(List.of(
                        Value.string(sourceRepo),
                        Value.string(sourcePath),
                        Value.string(file),
                        Value.string(targetRepo),
                        Value.string(targetPath),
                        Value.string(file),
                        new Value.Bool(async),
                        new Value.Int(timeoutMillis))));
    }

    private static JsonNode copy(int node, String order) throws IOException, InterruptedException {
        RestClient.Answer answer = rest(node).post(SUBSYSTEM + "Copy", json(order));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().path("rows").path(0);
    }

    private static JsonNode job(int node, String id) throws IOException, InterruptedException {
        RestClient.Answer answer =
                rest(node).post(SUBSYSTEM + "GetTransferJob", json("{'transferId':'%s'}".formatted(id)));
        return answer.json().path("rows").path(0);
    }

    private static boolean active(int node, String id) throws IOException, InterruptedException {
        return rest(node)
                .post(SUBSYSTEM + "IsTransferJobActive", json("{'transferId':'%s'}".formatted(id)))
                .json()
                .path("rows")
                .path(0)
                .path("result")
                .asBoolean();
    }

    private static JsonNode awaitEnd(int node, String id, String state) throws IOException, InterruptedException {
        await().atMost(Duration.ofSeconds(40))
                .until(() -> job(node, id).path("isComplete").asBoolean());
        JsonNode job = job(node, id);
        assertThat(job.path("state").asText()).as(job.toString()).isEqualTo(state);
        return job;
    }

    private List<String> leftOver() throws IOException {
        try (Stream<Path> files = Files.list(folder.staging())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private void save(String path, byte[] bytes) throws IOException, InterruptedException {
        posted(
                "Things/" + repository + "/Services/SaveBinary",
                "{'path':'%s','content':'%s'}"
                        .formatted(path, Base64.getEncoder().encodeToString(bytes)));
    }

    private byte[] inRepository(int node, String path) throws IOException, InterruptedException {
        RestClient.Answer answer =
                rest(node).post("Things/" + repository + "/Services/LoadBinary", json("{'path':'%s'}".formatted(path)));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return Base64.getDecoder()
                .decode(answer.json().path("rows").path(0).path("result").asText());
    }

    private void permit(String entity, String kind, String resource, String user) throws Exception {
        posted(
                "Things/" + entity + "/Services/AddRunTimePermission",
                "{'resource':'%s','type':'%s','principal':'%s','principalType':'User','allow':true}"
                        .formatted(resource, kind, user));
    }

    private static void made(String collection, String json) throws IOException, InterruptedException {
        RestClient.Answer answer = rest(0).put(collection, json(json));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    private static void posted(String path, String json) throws IOException, InterruptedException {
        RestClient.Answer answer = rest(0).post(path, json(json));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static RestClient rest(int node) {
        return cluster.rest(cluster.foundationNodes().get(node));
    }
}
