package org.steadfast.persistence.influx;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.steadfast.persistence.store.MovingEntry;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.ValueCodec;

/**
 * Entries of history as lines of InfluxDB's line protocol. Tags are the thing's number, its name, for those who look into InfluxDB, and the
 * property. Fields are the entry's number {@code id}, the {@code number} that the value is, where it is one, the {@code quality}, and the
 * {@code value} in base64, which is empty where the number says all. Stateless.
 */
final class PointLines {
    /** A line protocol has no way to write these in a tag, at its end or at all. */
    private static final Pattern UNWRITABLE = Pattern.compile("[\\\\\\x00-\\x1F\\x7F]");

    private static final Pattern SPECIAL_IN_TAG = Pattern.compile("([,= ])");
    private static final Pattern SPECIAL_IN_TEXT = Pattern.compile("([\\\\\"])");

    private PointLines() {}

    /** Whether an entry can be written as a line. */
    static boolean canHold(MovingEntry entry) {
        return !UNWRITABLE.matcher(entry.entry().property()).find();
    }

    static byte[] of(List<MovingEntry> entries) {
        StringBuilder lines = new StringBuilder(entries.size() * 80);
        entries.forEach(entry -> line(entry, lines));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void line(MovingEntry moving, StringBuilder line) {
        line.append(InfluxQl.MEASUREMENT);
        // In the order of the alphabet, in which InfluxDB would have to sort them.
        moving.thing()
                .filter(name -> !UNWRITABLE.matcher(name).find())
                .ifPresent(name -> line.append(",name=").append(tag(name)));
        line.append(",property=").append(tag(moving.entry().property()));
        line.append(",thing=").append(moving.thingId());
        line.append(" id=").append(moving.entry().id()).append('i');
        moving.number().ifPresent(number -> line.append(",number=").append(number));
        // All fields always: what another entry of the same nanosecond has left is replaced as a whole.
        line.append(",quality=\"")
                .append(SPECIAL_IN_TEXT.matcher(moving.entry().quality()).replaceAll("\\\\$1"))
                .append("\",value=\"")
                .append(
                        isNumber(moving)
                                ? ""
                                : Base64.getEncoder()
                                        .encodeToString(moving.entry().value()))
                .append('"');
        line.append(' ')
                .append(PointTime.of(moving.entry().time(), moving.hash()))
                .append('\n');
    }

    /** Whether the value is known by its number alone. */
    private static boolean isNumber(MovingEntry moving) {
        if (moving.number().isEmpty()) {
            return false;
        }
        double number = moving.number().get();
        // In an answer it has lost its sign.
        boolean isNegativeZero = number == 0 && 1 / number < 0;
        return !isNegativeZero && Arrays.equals(moving.entry().value(), ValueCodec.toBytes(Value.number(number)));
    }

    private static String tag(String text) {
        return SPECIAL_IN_TAG.matcher(text).replaceAll("\\\\$1");
    }
}
