package org.steadfast.connection.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.MultipartSplitter;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/**
 * Whatever bytes come, a device beside them is served, and nothing of them stays: no connection, no bytes in flight, no paused
 * reader. Each run has a seed of its own, which a failure tells.
 */
@Timeout(120)
class FuzzTest {
    private static final Duration TIME = Duration.ofSeconds(4);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private DoorUnderTest door;

    @BeforeEach
    void open() throws Exception {
        door = new DoorUnderTest();
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    /** One attempt, which may fail in any way that a client sees. */
    private interface Attempt {
        void make() throws Exception;
    }

    private void fuzz(Attempt attempt) throws Exception {
        Device beside = door.bound("Beside");
        long end = System.nanoTime() + TIME.toNanos();
        int attempts = 0;
        while (System.nanoTime() - end < 0) {
            attempts++;
            try {
                attempt.make();
            } catch (IOException e) {
                // The server has closed: it may.
                continue;
            }
            if (attempts % 10 == 0) {
                beside.expectStatus(beside.get("Beside", "count"), Status.SUCCESS);
            }
        }
        assertThat(attempts).as("attempts").isGreaterThan(20);
        beside.expectStatus(beside.get("Beside", "count"), Status.SUCCESS);
        await("seed " + seed)
                .atMost(Duration.ofSeconds(20))
                .until(() -> door.gauge("steadfast.devices.connections") == 1);
        await("seed " + seed).until(() -> door.gauge("steadfast.devices.bytes.in.flight") == 0);
        assertThat(door.gauge("steadfast.devices.paused")).as("seed " + seed).isZero();
        assertThat(door.gauge("steadfast.devices.bindings")).as("seed " + seed).isEqualTo(1);
    }

    private byte[] bytes(int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void bytes() throws Exception {
        fuzz(() -> {
            try (Socket socket = new Socket("127.0.0.1", door.port())) {
                if (random.nextBoolean()) {
                    socket.getOutputStream()
                            .write("GET /Thingworx/WS HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                socket.getOutputStream().write(bytes(2_000));
                socket.getOutputStream().flush();
            }
        });
    }

    @Test
    void frames() throws Exception {
        fuzz(() -> {
            try (RawDevice device = new RawDevice(door.port(), 8_192)) {
                assertThat(device.upgrade("Host: a\r\nConnection: Upgrade\r\n")).startsWith("HTTP/1.1 101");
                for (int i = random.nextInt(5); i >= 0; i--) {
                    device.sendRaw(bytes(200));
                }
            }
        });
    }

    @Test
    void messagesBeforeAndAfterTheLogin() throws Exception {
        List<byte[]> seeds = messages();
        fuzz(() -> {
            Device device = random.nextBoolean() ? door.login() : door.connect();
            try {
                for (int i = random.nextInt(10); i >= 0; i--) {
                    device.sendBytes(mutated(seeds.get(random.nextInt(seeds.size()))));
                }
            } finally {
                if (random.nextBoolean()) {
                    device.vanish();
                } else {
                    device.close();
                }
                door.forget(device);
            }
        });
        assertThat(door.foundation.received(LinkFrame.Request.class))
                .as("messages that came through")
                .isNotEmpty();
    }

    private static List<byte[]> messages() throws Exception {
        Infotable values = Infotable.single(
                new FieldDefinition("values", BaseType.INFOTABLE),
                new Value.Table(Infotable.single(new FieldDefinition("name", BaseType.STRING), Value.string("temp"))));
        byte[] push = message(
                Verb.POST,
                new Body.Request(Target.service("Pump1", "UpdateSubscribedPropertyValues"), Optional.of(values)));
        byte[] longer = message(
                Verb.PUT,
                new Body.Request(
                        Target.property("Pump1", "text"),
                        Optional.of(Infotable.single(
                                new FieldDefinition("text", BaseType.STRING), Value.string("y".repeat(20_000))))));
        return List.of(
                message(Verb.AUTH, new Body.Auth(List.of(new Body.Auth.Claim("appKey", DoorUnderTest.KEY)))),
                message(
                        Verb.BIND,
                        new Body.Bind(Optional.of(new Body.Bind.Gateway("G", "SDKGateway")), List.of("Pump1"))),
                message(Verb.UNBIND, new Body.Bind(Optional.empty(), List.of("Pump1"))),
                message(Verb.GET, new Body.Request(Target.property("Pump1", "temp"), Optional.empty())),
                push,
                MultipartSplitter.split(longer, 8192).get(0),
                MultipartSplitter.split(longer, 8192).get(2),
                MessageCodec.encode(
                        new Message(Header.request(Verb.GET, 7, 0, 1).answer(Status.SUCCESS), Body.Response.empty())));
    }

    private static byte[] message(Verb verb, Body body) {
        return MessageCodec.encode(new Message(Header.request(verb, 7, 0, 1), body));
    }

    /** Some bytes changed, a part cut off or doubled, or nothing at all. */
    private byte[] mutated(byte[] message) {
        byte[] changed = message.clone();
        for (int i = random.nextInt(4); i > 0; i--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(changed, random.nextInt(2 * changed.length)) : changed;
    }
}
