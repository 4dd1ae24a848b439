package org.steadfast.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.steadfast.protocol.Samples.hex;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

class MultipartTest {
    private static final int LIMIT = 8192;
    private static final int MEGABYTE = 1 << 20;
    private static final long SECOND = 1_000_000_000L;

    private final MultipartAssembler assembler = new MultipartAssembler(MEGABYTE);
    /** Far from zero and close to overflow, as the clock may stand anywhere. */
    private long now = Long.MAX_VALUE - 10 * SECOND;

    @ParameterizedTest
    @ValueSource(ints = {256, 257, 4096, LIMIT})
    void aRequestOfAnySizeArrivesAsItWasSent(int limit) throws Exception {
        int room = limit - 15 - 6 - 8;
        for (int size :
                new int[] {limit - 1, limit, limit + 1, 15 + 8 + 2 * room - 1, 2 * room + 23, 2 * room + 24, 20 * limit
                }) {
            byte[] request = request(7, size);
            List<byte[]> chunks = MultipartSplitter.split(request, limit);
            assertThat(chunks).hasSize(size <= limit ? 1 : (size - 23 + room - 1) / room);
            assertArrives(request, chunks, limit);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 257, 4096, LIMIT})
    void aResponseOfAnySizeArrivesAsItWasSent(int limit) throws Exception {
        int room = limit - 15 - 6;
        for (int size :
                new int[] {limit - 1, limit, limit + 1, 15 + 2 * room - 1, 2 * room + 15, 2 * room + 16, 20 * limit}) {
            byte[] response = response(7, size);
            List<byte[]> chunks = MultipartSplitter.split(response, limit);
            assertThat(chunks).hasSize(size <= limit ? 1 : (size - 15 + room - 1) / room);
            assertArrives(response, chunks, limit);
        }
    }

    private void assertArrives(byte[] message, List<byte[]> chunks, int limit) throws CodecException {
        if (message.length <= limit) {
            assertThat(chunks).containsExactly(message);
            return;
        }
        for (byte[] chunk : chunks) {
            assertThat(chunk).hasSizeLessThanOrEqualTo(limit);
            assertThat(MessageCodec.decodeHeader(chunk).multipart()).isTrue();
            assertThat(ByteBuffer.wrap(chunk, 19, 2).getShort()).isEqualTo((short) limit);
        }
        for (byte[] chunk : chunks.subList(0, chunks.size() - 1)) {
            assertThat(assembler.add(chunk, now)).isEmpty();
        }
        assertThat(assembler.add(chunks.get(chunks.size() - 1), now))
                .hasValueSatisfying(whole -> assertThat(whole).isEqualTo(message));
    }

    @Test
    void aFileBlockOf128000BytesArrivesAsAMessageThatIsUnderstood() throws Exception {
        byte[] block = new byte[128_000];
        new Random(1).nextBytes(block);
        Message message = new Message(
                Header.request(Verb.POST, 12, 0, 5),
                new Body.Request(
                        Target.service("SteamSensor", "WriteToBinaryFile"),
                        Optional.of(Infotable.single(
                                new FieldDefinition("data", BaseType.BLOB), new Value.Bytes(BaseType.BLOB, block)))));
        List<byte[]> chunks = MultipartSplitter.split(MessageCodec.encode(message), LIMIT);
        assertThat(chunks).hasSize(16);
        byte[] whole = addAll(chunks).orElseThrow();
        assertThat(MessageCodec.decode(whole)).isEqualTo(message);
    }

    @Test
    void eachChunkOfARequestNamesItsEntityAndItsPlace() throws Exception {
        List<byte[]> chunks = MultipartSplitter.split(request(0x01020304, 600), 256);
        assertThat(chunks).hasSize(3);
        assertThat(chunks.get(0))
                .startsWith(hex("01 03 01020304 00000000 00000009 01 0001 0003 0100 0a 06 50756d703737"));
        assertThat(chunks.get(2))
                .startsWith(hex("01 03 01020304 00000000 00000009 01 0003 0003 0100 0a 06 50756d703737"));
    }

    @Test
    void theEmptyLastChunkOfTheCSdkIsAccepted() throws Exception {
        assertThat(assembler.add(chunk("40", 1, 1, 2, "00 ff"), now)).isEmpty();
        assertThat(assembler.add(chunk("40", 1, 2, 2, ""), now))
                .hasValueSatisfying(
                        whole -> assertThat(whole).isEqualTo(hex("01 40 00000001 00000000 00000009 00 00 ff")));

        assertThat(assembler.add(chunk("03", 1, 1, 2, "0a 01 54 02 01 53 00 ff"), now))
                .isEmpty();
        assertThat(assembler.add(chunk("03", 1, 2, 2, "0a 01 54"), now))
                .hasValueSatisfying(whole -> assertThat(whole)
                        .isEqualTo(hex("01 03 00000001 00000000 00000009 00 0a 01 54 02 01 53 00 ff")));
    }

    @Test
    void chunksMayArriveInAnyOrder() throws Exception {
        byte[] message = request(7, 5000);
        for (long seed = 0; seed < 20; seed++) {
            List<byte[]> chunks = new ArrayList<>(MultipartSplitter.split(message, 256));
            Collections.shuffle(chunks, new Random(seed));
            assertThat(addAll(chunks).orElseThrow()).as("seed %d", seed).isEqualTo(message);
        }
    }

    @Test
    void aChunkThatComesTwiceCountsOnce() throws Exception {
        byte[] message = response(7, 600);
        List<byte[]> chunks = MultipartSplitter.split(message, 256);
        for (int i = 0; i < 10_000; i++) {
            assertThat(assembler.add(chunks.get(0), now)).isEmpty();
        }
        assertThat(assembler.add(chunks.get(1), now)).isEmpty();
        assertThat(assembler.add(chunks.get(1), now)).isEmpty();
        assertThat(assembler.add(chunks.get(2), now).orElseThrow()).isEqualTo(message);
    }

    @Test
    void aChunkOutsideOfItsCountIsRefused() {
        assertRefused(chunk("40", 1, 0, 2, "00"), "chunk 0 of 2 of request 1");
        assertRefused(chunk("40", 1, 3, 2, "00"), "chunk 3 of 2 of request 1");
        assertRefused(chunk("40", 1, 1, 0, "00"), "chunk 1 of 0 of request 1");
        assertRefused(hex("01 40 00000001 00000000 00000009 00 0001 0002 2000 00"), "chunk 1 of 2 of request 1");
    }

    @Test
    void aChunkThatIsRefusedTakesItsMessageWithIt() throws Exception {
        List<byte[]> refused = List.of(
                chunk("40", 1, 0, 2, "22"),
                chunk("40", 1, 3, 2, "22"),
                chunk("40", 1, 2, 3, "22"),
                chunk("84", 1, 2, 2, "22"));
        for (byte[] chunk : refused) {
            assertThat(assembler.add(chunk("40", 1, 1, 2, "11"), now)).isEmpty();
            assertThatThrownBy(() -> assembler.add(chunk, now)).isInstanceOf(CodecException.class);
            assertThat(assembler.add(chunk("40", 1, 2, 2, "22"), now))
                    .as("chunk 1 is gone, so chunk 2 completes nothing")
                    .isEmpty();
            assertThat(assembler.add(chunk("40", 1, 1, 2, "33"), now).orElseThrow())
                    .isEqualTo(hex("01 40 00000001 00000000 00000009 00 33 22"));
        }
    }

    @Test
    void aChunkOfAnotherEntityIsNotMixedIn() throws Exception {
        assertThat(assembler.add(chunk("03", 1, 1, 2, "0a 01 54 02"), now)).isEmpty();
        assertRefused(chunk("03", 1, 2, 2, "0a 01 55 ff"), "does not belong to the chunks of request 1 before it");
        assertThat(assembler.add(chunk("03", 1, 2, 2, "0a 01 54 ff"), now)).isEmpty();
    }

    @Test
    void aRequestChunkWithABrokenEntityNameTakesItsMessageWithIt() throws Exception {
        assertThat(assembler.add(chunk("03", 1, 1, 2, "0a 01 54 02"), now)).isEmpty();
        assertRefused(chunk("03", 1, 2, 2, "0a 7f 54"), "entity name");
        assertThat(assembler.add(chunk("03", 1, 2, 2, "0a 01 54 ff"), now)).isEmpty();
    }

    @Test
    void aMessageAboveTheLimitIsRefusedAndItsMemoryFreed() throws Exception {
        for (int attempt = 0; attempt < 3; attempt++) {
            List<byte[]> tooLong = MultipartSplitter.split(response(1, MEGABYTE + LIMIT), LIMIT);
            assertThatThrownBy(() -> addAll(tooLong))
                    .isInstanceOf(CodecException.class)
                    .hasMessage("unfinished multipart messages hold more than 1048576 bytes");
            byte[] message = response(2, MEGABYTE - 10 * LIMIT);
            assertThat(addAll(MultipartSplitter.split(message, LIMIT)).orElseThrow())
                    .isEqualTo(message);
        }
    }

    @Test
    void theLimitIsForAllUnfinishedMessagesTogether() throws Exception {
        List<byte[]> first = MultipartSplitter.split(response(1, 700_000), LIMIT);
        List<byte[]> second = MultipartSplitter.split(response(2, 700_000), LIMIT);
        addAll(first.subList(0, first.size() - 1));
        assertThatThrownBy(() -> addAll(second)).isInstanceOf(CodecException.class);
        assertThat(assembler.add(first.get(first.size() - 1), now)).isPresent();
        assertThat(addAll(second)).isPresent();
    }

    @Test
    void aDeviceThatBeginsMessagesWithoutEndIsRefusedEvenIfItsChunksAreEmpty() {
        assertThatThrownBy(() -> {
                    for (int id = 0; id < 50_000; id++) {
                        assembler.add(chunk("40", id, 1, 2, ""), now);
                    }
                })
                .isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> {
                    for (int id = 1; id < 50_000; id++) {
                        assembler.add(chunk("40", -1, id, 60_000, ""), now);
                    }
                })
                .isInstanceOf(CodecException.class);
    }

    @Test
    void aDeviceThatBeginsMessagesWithLongEntityNamesIsRefused() {
        String name = "0a 80001000" + "41".repeat(4096);
        assertThatThrownBy(() -> {
                    for (int id = 0; id < 1000; id++) {
                        assembler.add(chunk("03", id, 1, 2, name), now);
                    }
                })
                .isInstanceOf(CodecException.class);
    }

    @Test
    void aMessageThatStaysUnfinishedFor50SecondsIsForgotten() throws Exception {
        List<byte[]> slow = MultipartSplitter.split(response(1, 700_000), LIMIT);
        List<byte[]> other = MultipartSplitter.split(response(2, 700_000), LIMIT);
        addAll(slow.subList(0, slow.size() - 1));
        now += 50 * SECOND;
        assertThatThrownBy(() -> addAll(other)).as("still held").isInstanceOf(CodecException.class);
        now++;
        assertThat(addAll(other)).as("its memory is free").isPresent();
        assertThat(assembler.add(slow.get(slow.size() - 1), now)).as("too late").isEmpty();
    }

    @Test
    void aMessageThatIsSlowButInTimeArrives() throws Exception {
        byte[] message = response(1, 600);
        for (byte[] chunk : MultipartSplitter.split(message, 256).subList(0, 2)) {
            assertThat(assembler.add(chunk, now)).isEmpty();
            now += 25 * SECOND;
        }
        assertThat(assembler.add(MultipartSplitter.split(message, 256).get(2), now))
                .isPresent();
    }

    @Test
    void aRequestAndAResponseOfTheSameIdDoNotMix() throws Exception {
        byte[] request = request(7, 600);
        byte[] response = response(7, 650);
        List<byte[]> requestChunks = MultipartSplitter.split(request, 256);
        List<byte[]> responseChunks = MultipartSplitter.split(response, 256);
        assertThat(requestChunks).hasSameSizeAs(responseChunks).hasSize(3);
        for (int i = 0; i < 2; i++) {
            assertThat(assembler.add(requestChunks.get(i), now)).isEmpty();
            assertThat(assembler.add(responseChunks.get(i), now)).isEmpty();
        }
        assertThat(assembler.add(requestChunks.get(2), now).orElseThrow()).isEqualTo(request);
        assertThat(assembler.add(responseChunks.get(2), now).orElseThrow()).isEqualTo(response);
    }

    @Test
    void aMessageThatCannotBeCutIsRefused() {
        byte[] longName = new WireWriter()
                .writeBytes(hex("01 03 00000001 00000000 00000009 00 0a"))
                .writeString("n".repeat(300))
                .toByteArray();
        assertThatThrownBy(() -> MultipartSplitter.split(longName, 256))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("leaves no room");
        assertThatThrownBy(() -> MultipartSplitter.split(response(1, 16 * MEGABYTE), 256))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("65535 chunks");
    }

    private Optional<byte[]> addAll(List<byte[]> chunks) throws CodecException {
        Optional<byte[]> whole = Optional.empty();
        for (byte[] chunk : chunks) {
            assertThat(whole).isEmpty();
            whole = assembler.add(chunk, now);
        }
        return whole;
    }

    private void assertRefused(byte[] chunk, String message) {
        assertThatThrownBy(() -> assembler.add(chunk, now))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining(message);
    }

    private static byte[] chunk(String code, int requestId, int id, int count, String data) {
        return new WireWriter()
                .writeBytes(hex("01" + code))
                .writeInt(requestId)
                .writeBytes(hex("00000000 00000009 01"))
                .writeShort(id)
                .writeShort(count)
                .writeShort(LIMIT)
                .writeBytes(hex(data))
                .toByteArray();
    }

    /** A request of so many bytes to Things/Pump77, whose type and name take 8 bytes. */
    private static byte[] request(int id, int size) {
        byte[] start = new WireWriter()
                .writeBytes(hex("01 03"))
                .writeInt(id)
                .writeBytes(hex("00000000 00000009 00 0a 06 50756d703737"))
                .toByteArray();
        return fill(start, size);
    }

    private static byte[] response(int id, int size) {
        byte[] start = new WireWriter()
                .writeBytes(hex("01 40"))
                .writeInt(id)
                .writeBytes(hex("00000000 00000009 00"))
                .toByteArray();
        return fill(start, size);
    }

    private static byte[] fill(byte[] start, int size) {
        byte[] message = Arrays.copyOf(start, size);
        for (int i = start.length; i < size; i++) {
            message[i] = (byte) (i * 31 + (i >>> 8));
        }
        return message;
    }
}
