package org.steadfast.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.steadfast.protocol.Samples.hex;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.steadfast.protocol.link.LinkCodec;

/** A device can say any length that it likes; memory is spent only on bytes that it has sent. */
class HostileInputTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final String REQUEST = "01 03 00000001 00000000 00000009 00 0a 01 54 02 01 53 00 05 ";
    private static final String RESPONSE = "01 40 00000001 00000000 00000009 00 ";

    /** What reads the bytes. */
    private enum Reader {
        MESSAGE {
            @Override
            void read(byte[] bytes) throws CodecException {
                MessageCodec.decode(bytes);
            }
        },
        VALUE {
            @Override
            void read(byte[] bytes) throws CodecException {
                ValueCodec.read(new WireReader(bytes));
            }
        },
        CHUNK {
            @Override
            void read(byte[] bytes) throws CodecException {
                new MultipartAssembler(1 << 20).add(bytes, 0);
            }
        },
        LINK {
            @Override
            void read(byte[] bytes) throws CodecException {
                LinkCodec.readAll(bytes);
            }
        };

        abstract void read(byte[] bytes) throws CodecException;
    }

    static List<Arguments> hostile() {
        List<Arguments> all = new ArrayList<>();
        add(all, "a text of 2^31-1 bytes", Reader.VALUE, "00 ffffffff 41");
        add(all, "a JSON text of 2^31-1 bytes", Reader.VALUE, "08 ffffffff 41");
        add(all, "a blob of 2^31-1 bytes", Reader.VALUE, "15 7fffffff 41");
        add(all, "a blob of -1 bytes", Reader.VALUE, "15 ffffffff 41");
        add(all, "a blob of -2^31 bytes", Reader.VALUE, "0a 80000000 41");
        add(all, "a row of 65535 cells without fields", Reader.VALUE, "05 00 01 ffff ff");
        add(all, "a row of 65535 cells of one field", Reader.VALUE, "05 01 00 00 00 0000 00 01 ffff ff");
        add(
                all,
                "a row of 65535 cells and fields",
                Reader.VALUE,
                "05" + "010000000000".repeat(65_535) + "00 01 ffff ff");
        add(all, "65535 aspects", Reader.VALUE, "05 01 00 00 00 ffff 00 ff");
        add(all, "65535 equal aspects", Reader.VALUE, "05 01 00 00 00 ffff" + "00ff".repeat(65_535) + "00 00");
        add(all, "fields of one aspect", Reader.VALUE, "05" + "01000000000100ff".repeat(10_000) + "00 00");
        add(all, "fields only", Reader.VALUE, "05" + "010000000000".repeat(10_000) + "00 00");
        add(all, "empty rows only", Reader.VALUE, "05 00" + "010000".repeat(10_000) + "00");
        add(
                all,
                "empty rows of many fields",
                Reader.VALUE,
                "05" + "010000000000".repeat(10_000) + "00" + "010000".repeat(10_000) + "00");
        add(all, "rows of one cell", Reader.VALUE, "05 010000000000 00" + "010001ff".repeat(10_000) + "00");
        add(all, "rows of one empty table", Reader.VALUE, "05 010000000000 00" + "010001050000".repeat(10_000) + "00");
        add(
                all,
                "rows of one table of one row",
                Reader.VALUE,
                "05 010000000000 00" + "010001050001000000".repeat(10_000) + "00");
        add(all, "tables nested 100000 deep", Reader.VALUE, "05 010000050000 00 010001".repeat(100_000));
        add(all, "aspects nested 100000 deep", Reader.VALUE, "05 010000000001 00".repeat(100_000));
        add(all, "variants nested 100000 deep", Reader.VALUE, "12".repeat(100_000));
        add(all, "JSON nested 100000 deep", Reader.VALUE, "08 800186a0" + "5b".repeat(100_000));
        add(all, "JSON objects nested 100000 deep", Reader.VALUE, "08 8007a120" + "7b2261223a".repeat(100_000));
        add(all, "JSON of empty objects", Reader.VALUE, "08 80007531 5b" + "7b7d2c".repeat(9_999) + "7b7d5d");
        add(all, "a JSON number of 10^10 digits", Reader.VALUE, "08 0c 316539393939393939393939");
        add(all, "a JSON number of 10^9 digits", Reader.VALUE, "08 0b 3165393939393939393939");
        add(all, "65535 names in a BIND", Reader.MESSAGE, "01 0a 00000001 00000000 00000009 00 00 ffff 00");
        add(
                all,
                "65535 empty names in a BIND",
                Reader.MESSAGE,
                "01 0a 00000001 00000000 00000009 00 00 ffff" + "00".repeat(65_535));
        add(
                all,
                "65535 names in a BIND that are not ASCII",
                Reader.MESSAGE,
                "01 0a 00000001 00000000 00000009 00 00 ffff" + "02c3bc".repeat(65_535));
        add(all, "a name of 2^31-1 bytes", Reader.MESSAGE, "01 0a 00000001 00000000 00000009 00 00 0001 ffffffff");
        add(all, "255 claims", Reader.MESSAGE, "01 14 00000001 00000000 00000009 00 ff 00 00");
        add(all, "255 request headers", Reader.MESSAGE, "01 01 00000001 00000000 00000009 00 0a 01 54 01 01 70 ff 00");
        add(all, "a reason of 2^31-1 bytes", Reader.MESSAGE, RESPONSE + "01 ffffffff");
        add(all, "a request of nested tables", Reader.MESSAGE, REQUEST + "010000050000 00 010001 05".repeat(100_000));
        add(
                all,
                "a response of nested variants",
                Reader.MESSAGE,
                RESPONSE + "00 05 010000120000 00 010001" + "12".repeat(100_000));
        add(all, "a chunk of 65535", Reader.CHUNK, "01 40 00000001 00000000 00000009 01 ffff ffff ffff");
        add(
                all,
                "an entity of 2^31-1 bytes",
                Reader.CHUNK,
                "01 01 00000001 00000000 00000009 01 0001 ffff ffff 0a ffffffff");
        add(all, "a frame of 2^31-1 bytes", Reader.LINK, "7fffffff 01");
        add(all, "65535 claims of a frame", Reader.LINK, "0000000b 01 0000000000000001 ffff");
        add(
                all,
                "2^31-1 names of a frame",
                Reader.LINK,
                "00000017 03 0000000000000001 00 00 0000000000000000 7fffffff");
        add(all, "2^31-1 bindings of a frame", Reader.LINK, "0000000d 05 0000000000000001 7fffffff");
        return all;
    }

    private static void add(List<Arguments> all, String name, Reader reader, String hex) {
        all.add(arguments(name, reader, hex(hex)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    @Timeout(10)
    void whatADeviceClaimsCostsNoMoreThanWhatItSends(String name, Reader reader, byte[] bytes) {
        read(reader, bytes);
        read(reader, bytes);
        long thread = Thread.currentThread().getId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        read(reader, bytes);
        long allocated = THREADS.getThreadAllocatedBytes(thread) - before;
        assertThat(allocated)
                .as("allocated for %s in %d bytes", name, bytes.length)
                .isLessThan(100L * bytes.length + 65_536);
    }

    private static void read(Reader reader, byte[] bytes) {
        try {
            reader.read(bytes);
        } catch (CodecException e) {
            assertThat(e.getMessage()).hasSizeLessThan(1000);
        }
    }
}
