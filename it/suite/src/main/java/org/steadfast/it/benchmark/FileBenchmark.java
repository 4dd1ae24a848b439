package org.steadfast.it.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.harness.TemporaryFolder;
import org.steadfast.simulator.Device;
import org.steadfast.simulator.DeviceFolder;
import org.steadfast.simulator.DeviceNetwork;
import org.steadfast.simulator.DeviceSettings;

/**
 * How fast files go between devices and repositories, one at a time and several at once, beside a copy from one repository to another,
 * which has neither device nor network. Everything shares this machine.
 */
public final class FileBenchmark {
    /** As the C device SDK takes it. */
    private static final int BLOCK_BYTES = 128_000;

    private static final int MEGABYTES = 200;
    private static final int DEVICES = 8;
    private static final int MEGABYTES_EACH = 50;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final String SERVICES = "Subsystems/FileTransferSubsystem/Services/";

    private final ClusterUnderTest cluster;
    private final Path folder;
    private final PrintStream out;

    private FileBenchmark(ClusterUnderTest cluster, Path folder, PrintStream out) {
        this.cluster = cluster;
        this.folder = folder;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create();
                ClusterUnderTest cluster =
                        ClusterUnderTest.create(ClusterLayout.of(2, 1).asShipped())) {
            System.out.printf(
                    "machine: %d processors, Java %s%n",
                    Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"));
            cluster.startAll();
            new FileBenchmark(cluster, folder.path(), System.out).measure();
        }
    }

    private void measure() throws Exception {
        ok(rest().put("Things", "{\"name\":\"Files\",\"thingTemplate\":\"FileRepository\"}"));
        List<Device> devices = new ArrayList<>();
        try (DeviceNetwork network = DeviceNetwork.start()) {
            for (int i = 0; i < DEVICES; i++) {
                devices.add(connect(network, i));
            }
            // Twice, because the first one warms up.
            for (int i = 0; i < 2; i++) {
                one("from a device", order("Device0", "/shared", "large", "Files", "/in", "large"), MEGABYTES);
                one("to a device", order("Files", "/in", "large", "Device0", "/shared", "back"), MEGABYTES);
                one("between repositories", order("Files", "/in", "large", "Files", "/in", "copy"), MEGABYTES);
            }
            several();
        } finally {
            devices.forEach(Device::close);
        }
    }

    private Device connect(DeviceNetwork network, int number) throws Exception {
        String thing = "Device" + number;
        ok(rest().put("Things", "{\"name\":\"" + thing + "\",\"thingTemplate\":\"RemoteThingWithFileTransfer\"}"));
        DeviceFolder shared = new DeviceFolder(folder.resolve(thing), BLOCK_BYTES, Long.MAX_VALUE);
        fill(shared.file("large"), number == 0 ? MEGABYTES : MEGABYTES_EACH);
        fill(shared.file("each"), MEGABYTES_EACH);
        DeviceSettings settings = DeviceSettings.of(cluster.deviceServers().get(0), cluster.deviceKey(), thing)
                .withServices(shared);
        return Device.connect(network, settings).get(20, TimeUnit.SECONDS);
    }

    private static void fill(Path file, int megabytes) throws IOException {
        byte[] megabyte = new byte[1 << 20];
        Random random = new Random(megabytes);
        try (var stream = Files.newOutputStream(file)) {
            for (int i = 0; i < megabytes; i++) {
                random.nextBytes(megabyte);
                stream.write(megabyte);
            }
        }
    }

    private void one(String what, String order, int megabytes) throws Exception {
        long begin = System.nanoTime();
        await(begin(order));
        print(what, megabytes, begin);
    }

    private void several() throws Exception {
        long begin = System.nanoTime();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            ids.add(begin(order("Device" + i, "/shared", "each", "Files", "/each", "from" + i)));
        }
        for (String id : ids) {
            await(id);
        }
        print("from " + DEVICES + " devices at once", DEVICES * MEGABYTES_EACH, begin);
    }

    private void print(String what, int megabytes, long begin) {
        double seconds = (System.nanoTime() - begin) / 1e9;
        out.printf(Locale.ROOT, "%-26s %4d MB in %5.1f s: %4.0f MB/s%n", what, megabytes, seconds, megabytes / seconds);
    }

    private static String order(
            String source, String path, String file, String target, String targetPath, String targetFile) {
        return """
                {"sourceRepo":"%s","sourcePath":"%s","sourceFile":"%s","targetRepo":"%s","targetPath":"%s","targetFile":"%s",
                 "async":true}""".formatted(source, path, file, target, targetPath, targetFile);
    }

    private String begin(String order) throws Exception {
        return ok(rest().post(SERVICES + "Copy", order))
                .json()
                .path("rows")
                .path(0)
                .path("transferId")
                .asText();
    }

    private void await(String id) {
        Awaitility.await().pollInterval(Duration.ofMillis(100)).atMost(LONG).until(() -> {
            RestClient.Answer answer = ok(rest().post(SERVICES + "GetTransferJob", "{\"transferId\":\"" + id + "\"}"));
            String state = answer.json().path("rows").path(0).path("state").asText();
            if (state.equals("FAILED")) {
                throw new IllegalStateException(answer.body());
            }
            return state.equals("VALIDATED");
        });
    }

    private RestClient rest() {
        return cluster.rest(cluster.foundationNodes().get(0), LONG);
    }

    private static RestClient.Answer ok(RestClient.Answer answer) {
        if (answer.status() != 200) {
            throw new IllegalStateException(answer.body());
        }
        return answer;
    }
}
