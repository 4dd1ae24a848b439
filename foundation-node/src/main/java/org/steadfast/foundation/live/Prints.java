package org.steadfast.foundation.live;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The identifier of an event: the prints of lines that the client has, so that any node can tell which values it need not tell again.
 * What does not fit in is told again. Stateless.
 */
final class Prints {
    /** 127 prints are 1,016 characters. */
    static final int MOST = 127;

    private Prints() {}

    static String write(Collection<Long> prints) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(MOST * Line.PRINT_BYTES);
        prints.stream().limit(MOST).forEach(print -> {
            for (int i = Line.PRINT_BYTES - 1; i >= 0; i--) {
                bytes.write((int) (print >>> (i * Byte.SIZE)));
            }
        });
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    /** What is no identifier of ours proves nothing. */
    static Set<Long> read(String id) {
        Set<Long> prints = new HashSet<>();
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(id);
        } catch (IllegalArgumentException e) {
            return prints;
        }
        for (int at = 0; at + Line.PRINT_BYTES <= bytes.length; at += Line.PRINT_BYTES) {
            long print = 0;
            for (int i = 0; i < Line.PRINT_BYTES; i++) {
                print = print << Byte.SIZE | bytes[at + i] & 0xFF;
            }
            prints.add(print);
        }
        return prints;
    }
}
