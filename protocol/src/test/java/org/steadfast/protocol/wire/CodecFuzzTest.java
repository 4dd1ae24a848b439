package org.steadfast.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.steadfast.protocol.Samples;
import org.steadfast.protocol.link.LinkCodec;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;

/**
 * Whatever bytes come in, a refusal is a {@link CodecException}, and what is understood can be sent on and means the same there.
 * The cases are the same in every run; a failure names the seed of its case.
 */
class CodecFuzzTest {
    /** No case has more than a few kilobytes, so that none may need more than this. */
    private static final long MOST_ALLOCATED = 4 << 20;

    private static final byte[] INTERESTING = {
        0, 1, 2, 3, 5, 8, 10, 18, 22, 127, -128, -1, -64, -30, '"', '\\', 'u', 'd', 'c', '{', '}', '[', ']', ',', ':',
        'e', 'E', '-', '.', '0', '9'
    };
    private static final int[] EXTREME_LENGTHS = {
        0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0x8000_0001, 0xFFFF_FFFF
    };
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<byte[]> messages =
            GoldenVectors.ALL.stream().map(GoldenVectors.Golden::bytes).toList();
    private final List<byte[]> values = values();
    private final List<byte[]> chunks = chunks();
    private final List<byte[]> frames = frames();

    /** Something that takes bytes in. */
    private interface Reader {
        void read(byte[] bytes) throws CodecException;
    }

    @Test
    void randomBytesDoNoHarm() {
        int understood = fuzz(1_000_000_000L, 150_000, this::randomBytes, CodecFuzzTest::everything);
        assertThat(understood).isGreaterThan(1_000);
    }

    @Test
    void messagesOfDevicesThatWereDamagedOnTheWayDoNoHarm() {
        int understood = fuzz(2_000_000_000L, 350_000, random -> mutate(random, messages), CodecFuzzTest::message);
        assertThat(understood).isGreaterThan(10_000);
    }

    @Test
    void valuesThatWereDamagedDoNoHarm() {
        int understood = fuzz(3_000_000_000L, 250_000, random -> mutate(random, values), CodecFuzzTest::value);
        assertThat(understood).isGreaterThan(10_000);
    }

    @Test
    void chunksThatWereDamagedDoNoHarm() throws Exception {
        MultipartAssembler assembler = new MultipartAssembler(1 << 16);
        long[] now = {0};
        int[] complete = {0};
        fuzz(4_000_000_000L, 125_000, random -> mutate(random, chunks), bytes -> {
            now[0] += 10_000_000;
            Optional<byte[]> whole = assembler.add(bytes, now[0]);
            if (whole.isPresent()) {
                complete[0]++;
                message(whole.get());
            }
        });
        assertThat(complete[0]).isGreaterThan(5_000);
        // After all of that, nothing is held any more: a message that needs nearly the whole limit goes through.
        long later = now[0] + 2 * MultipartAssembler.EXPIRY_NANOS;
        byte[] large = Arrays.copyOf(MessageCodec.encodeBody(Body.Response.empty()), 60_000);
        byte[] whole = MessageCodec.join(Header.request(Verb.GET, 1, 0, 9).answer(Status.SUCCESS), large);
        List<byte[]> parts = MultipartSplitter.split(whole, 8192);
        for (byte[] part : parts.subList(0, parts.size() - 1)) {
            assertThat(assembler.add(part, later)).isEmpty();
        }
        assertThat(assembler.add(parts.get(parts.size() - 1), later)).isPresent();
    }

    @Test
    void framesThatWereDamagedDoNoHarm() {
        int understood = fuzz(5_000_000_000L, 125_000, random -> mutate(random, frames), CodecFuzzTest::frames);
        assertThat(understood).isGreaterThan(10_000);
    }

    private interface Generator {
        byte[] next(SplittableRandom random);
    }

    /** Returns how many of the cases were understood. */
    private static int fuzz(long firstSeed, int cases, Generator generator, Reader reader) {
        long thread = Thread.currentThread().getId();
        int understood = 0;
        for (long seed = firstSeed; seed < firstSeed + cases; seed++) {
            byte[] bytes = generator.next(new SplittableRandom(seed));
            long before = THREADS.getThreadAllocatedBytes(thread);
            try {
                reader.read(bytes);
                understood++;
            } catch (CodecException expected) {
                if (expected.getMessage().length() > 1000) {
                    throw failure(
                            seed, bytes, "a message of " + expected.getMessage().length() + " characters", expected);
                }
            } catch (RuntimeException | Error e) {
                throw failure(seed, bytes, e.toString(), e);
            }
            long allocated = THREADS.getThreadAllocatedBytes(thread) - before;
            if (allocated > MOST_ALLOCATED && seed > firstSeed) {
                throw failure(seed, bytes, "allocated " + allocated + " bytes", null);
            }
        }
        return understood;
    }

    private static AssertionError failure(long seed, byte[] bytes, String what, Throwable cause) {
        return new AssertionError("seed " + seed + ", bytes " + HexFormat.of().formatHex(bytes) + ": " + what, cause);
    }

    private static void everything(byte[] bytes) throws CodecException {
        anyOf(
                bytes,
                CodecFuzzTest::message,
                CodecFuzzTest::value,
                CodecFuzzTest::frames,
                chunk -> new MultipartAssembler(1 << 16).add(chunk, 0));
    }

    /** Gives the bytes to all readers; they are refused where every one of them refuses them. */
    private static void anyOf(byte[] bytes, Reader... readers) throws CodecException {
        CodecException refusal = null;
        int refusals = 0;
        for (Reader reader : readers) {
            try {
                reader.read(bytes);
            } catch (CodecException e) {
                refusal = e;
                refusals++;
            }
        }
        if (refusals == readers.length) {
            throw refusal;
        }
    }

    private static void message(byte[] bytes) throws CodecException {
        anyOf(bytes, CodecFuzzTest::wholeMessage, CodecFuzzTest::target, CodecFuzzTest::responseBody);
    }

    private static void wholeMessage(byte[] bytes) throws CodecException {
        Message message = MessageCodec.decode(bytes);
        byte[] encoded = MessageCodec.encode(message);
        requireEqual(message, redecode(() -> MessageCodec.decode(encoded)));
    }

    private static void target(byte[] bytes) throws CodecException {
        Target target = MessageCodec.decodeTarget(bytes);
        WireWriter out = new WireWriter();
        target.write(out);
        requireEqual(target, redecode(() -> Target.read(new WireReader(out.toByteArray()))));
    }

    private static void responseBody(byte[] bytes) throws CodecException {
        byte[] body = Arrays.copyOfRange(bytes, Math.min(Header.LENGTH, bytes.length), bytes.length);
        Body.Response response = MessageCodec.decodeResponseBody(body);
        byte[] encoded = MessageCodec.encodeBody(response);
        requireEqual(response, redecode(() -> MessageCodec.decodeResponseBody(encoded)));
    }

    private static void value(byte[] bytes) throws CodecException {
        Value value = ValueCodec.read(new WireReader(bytes));
        byte[] encoded = ValueCodec.toBytes(value);
        requireEqual(value, redecode(() -> ValueCodec.read(new WireReader(encoded))));
    }

    private static void frames(byte[] bytes) throws CodecException {
        byte[] encoded = encode(LinkCodec.readAll(bytes));
        byte[] again = encode(redecode(() -> LinkCodec.readAll(encoded)));
        if (!Arrays.equals(encoded, again)) {
            throw new AssertionError("frames are not the same after encoding and decoding");
        }
    }

    private static byte[] encode(List<LinkFrame> frames) {
        WireWriter out = new WireWriter();
        frames.forEach(frame -> LinkCodec.write(out, frame));
        return out.toByteArray();
    }

    private interface Decoder<T> {
        T decode() throws CodecException;
    }

    /** Decodes what we encoded ourselves, which must succeed. */
    private static <T> T redecode(Decoder<T> decoder) {
        try {
            return decoder.decode();
        } catch (CodecException e) {
            throw new AssertionError("what was encoded cannot be decoded", e);
        }
    }

    private static void requireEqual(Object first, Object second) {
        if (!first.equals(second) || first.hashCode() != second.hashCode()) {
            throw new AssertionError(first + " became " + second);
        }
    }

    private byte[] randomBytes(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(64)];
        random.nextBytes(bytes);
        int start = random.nextInt(4);
        if (start == 0) {
            // A good header, or nearly nothing would get past it.
            byte[] header = messages.get(random.nextInt(messages.size()));
            System.arraycopy(header, 0, bytes, 0, Math.min(Header.LENGTH, bytes.length));
        } else if (start == 1) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = INTERESTING[random.nextInt(INTERESTING.length)];
            }
        }
        return bytes;
    }

    private static byte[] mutate(SplittableRandom random, List<byte[]> originals) {
        byte[] bytes = originals.get(random.nextInt(originals.size())).clone();
        int mutations = 1 + random.nextInt(4);
        for (int i = 0; i < mutations && bytes.length > 0; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(7)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = INTERESTING[random.nextInt(INTERESTING.length)];
                case 2 -> bytes = splice(bytes, at, at, INTERESTING[random.nextInt(INTERESTING.length)]);
                case 3 -> bytes = splice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(4)));
                case 4 -> bytes = Arrays.copyOf(bytes, at);
                case 5 ->
                    overwrite(bytes, at, EXTREME_LENGTHS[random.nextInt(EXTREME_LENGTHS.length)], random.nextInt(3));
                default -> {
                    int end = Math.min(bytes.length, at + 1 + random.nextInt(16));
                    bytes = splice(bytes, end, end, Arrays.copyOfRange(bytes, at, end));
                }
            }
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte... replacement) {
        WireWriter out = new WireWriter(bytes.length + replacement.length);
        return out.writeBytes(bytes, 0, from)
                .writeBytes(replacement)
                .writeBytes(bytes, to, bytes.length - to)
                .toByteArray();
    }

    private static void overwrite(byte[] bytes, int at, int value, int sizeLog) {
        int size = 1 << sizeLog;
        for (int i = 0; i < size && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> 8 * (size - 1 - i));
        }
    }

    private static List<byte[]> values() {
        List<byte[]> values = new ArrayList<>();
        Samples.values().forEach(value -> values.add(ValueCodec.toBytes(value)));
        for (String text : List.of(
                "{\"a\":1e99,\"b\":[-0.5E-9,100.00]}",
                "1e2147483647",
                "1000.0e2147483640",
                "[1e-2147483640,0e9999]",
                "\"\\ud83d\\ude00\\ud83d\"",
                "{\"\\ud83dx\":\"\\ude00\"}",
                "{\"a\":{\"a\":{\"a\":[[[{}]]]}}}")) {
            values.add(new WireWriter()
                    .writeByte(BaseType.JSON.code())
                    .writeString(text)
                    .toByteArray());
        }
        values.add(Samples.hex(
                "05 01 01 61 00 00 0000 01 01 62 00 12 0001 01 63 16 00000001 00 01 0001 00 01 78 01 0000 00"));
        return values;
    }

    private List<byte[]> chunks() {
        try {
            List<byte[]> chunks = new ArrayList<>();
            for (int code : new int[] {Verb.POST.code(), Status.SUCCESS.code()}) {
                for (int id = 0; id < 5; id++) {
                    WireWriter out = new WireWriter();
                    new Header(code, id, 0, 9, false).write(out);
                    out.writeBytes(Samples.hex("0a 0b 537465616d53656e736f72 02 01 53 00 ff"));
                    out.writeBytes("body".repeat(150).getBytes(StandardCharsets.US_ASCII));
                    chunks.addAll(MultipartSplitter.split(out.toByteArray(), 256));
                }
            }
            return chunks;
        } catch (CodecException e) {
            throw new AssertionError(e);
        }
    }

    private static List<byte[]> frames() {
        LinkFrame.Binding binding = new LinkFrame.Binding("*a", "b", 3);
        List<LinkFrame> frames = List.of(
                new LinkFrame.Authenticate(1, new Body.Auth(List.of(new Body.Auth.Claim("appKey", "k"))), "10.0.0.1"),
                new LinkFrame.Authenticated(2, Status.SUCCESS, "u"),
                new LinkFrame.Bind(3, "u", "cs", 4, Optional.of(new Body.Bind.Gateway("g", "t")), List.of("a", "b")),
                new LinkFrame.Bound(4, Status.SUCCESS, "", List.of(binding, binding)),
                new LinkFrame.Unbind(5, List.of(binding)),
                new LinkFrame.Unbound(6, Status.SUCCESS),
                new LinkFrame.Request(7, "u", new LinkFrame.Stamp(1, 2), 3, new byte[] {1, 2}),
                new LinkFrame.Reply(8, Status.NOT_FOUND, new byte[] {0, -1}));
        List<byte[]> all = new ArrayList<>();
        frames.forEach(frame -> all.add(encode(List.of(frame))));
        all.add(encode(frames));
        return all;
    }
}
