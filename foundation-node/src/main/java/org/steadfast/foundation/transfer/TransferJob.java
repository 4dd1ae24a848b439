package org.steadfast.foundation.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.WireReader;
import org.steadfast.protocol.wire.WireWriter;

/**
 * A copy, as far as it is. Immutable.
 *
 * @param id what it is called
 * @param user who wanted it
 * @param node the life of the node that does it
 * @param size of the file in bytes; 0 before it is known
 * @param moved bytes that have arrived
 * @param checksum MD5 in hexadecimal, of what the source has; empty before the end
 * @param startTime epoch milliseconds
 * @param endTime epoch milliseconds; 0 before the end
 * @param message why it did not end well; empty else
 */
public record TransferJob(
        String id,
        String user,
        WriterId node,
        FilePlace source,
        FilePlace target,
        TransferState state,
        long size,
        long moved,
        String checksum,
        long startTime,
        long endTime,
        String message) {
    private static final int LONGEST_MESSAGE = 1_000;

    public TransferJob {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(state, "state is null");
    }

    static TransferJob begin(String id, String user, WriterId node, FilePlace source, FilePlace target, long now) {
        return new TransferJob(id, user, node, source, target, TransferState.QUEUED, 0, 0, "", now, 0, "");
    }

    TransferJob active(long ofSize, long arrived) {
        return new TransferJob(
                id, user, node, source, target, TransferState.ACTIVE, ofSize, arrived, "", startTime, 0, "");
    }

    TransferJob validated(String by, long now) {
        return new TransferJob(
                id, user, node, source, target, TransferState.VALIDATED, size, size, by, startTime, now, "");
    }

    TransferJob ended(TransferState how, String why, long now) {
        // A device's reason may be long.
        String message = why.length() > LONGEST_MESSAGE ? why.substring(0, LONGEST_MESSAGE) : why;
        return new TransferJob(id, user, node, source, target, how, size, moved, checksum, startTime, now, message);
    }

    /** As they are told: one row each. */
    public static Infotable table(Iterable<TransferJob> jobs) {
        List<List<Value>> rows = new ArrayList<>();
        jobs.forEach(job -> rows.add(List.of(job.row())));
        return new Infotable(BuiltIns.FILE_TRANSFER_JOB, rows);
    }

    /** In the order of the fields. */
    private Value[] row() {
        long ended = endTime == 0 ? startTime : endTime;
        return new Value[] {
            Value.string(id),
            Value.string(state.name()),
            new Value.Bool(state.isEnd()),
            Value.string(message),
            Value.string(source.repository()),
            Value.string(source.path()),
            Value.string(source.file()),
            Value.string(checksum),
            Value.string(target.repository()),
            Value.string(target.path()),
            Value.string(target.file()),
            Value.string(checksum),
            Value.number(size),
            Value.number(moved),
            new Value.Datetime(startTime),
            endTime == 0 ? Value.NOTHING : new Value.Datetime(endTime),
            new Value.Int((int) Math.min(Integer.MAX_VALUE, Math.max(0, ended - startTime))),
            Value.string(user)
        };
    }

    byte[] encode() {
        WireWriter out = new WireWriter(512);
        out.writeString(id).writeString(user).writeString(node.node()).writeLong(node.incarnation());
        for (FilePlace place : new FilePlace[] {source, target}) {
            out.writeString(place.repository()).writeString(place.path()).writeString(place.file());
        }
        out.writeString(state.name())
                .writeLong(size)
                .writeLong(moved)
                .writeString(checksum)
                .writeLong(startTime)
                .writeLong(endTime)
                .writeString(message);
        return out.toByteArray();
    }

    static TransferJob decode(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        try {
            return new TransferJob(
                    in.readString("id"),
                    in.readString("user"),
                    new WriterId(in.readString("node"), in.readLong("incarnation")),
                    place(in),
                    place(in),
                    TransferState.valueOf(in.readString("state")),
                    in.readLong("size"),
                    in.readLong("moved"),
                    in.readString("checksum"),
                    in.readLong("start"),
                    in.readLong("end"),
                    in.readString("message"));
        } catch (CodecException e) {
            throw new IllegalStateException("shared state holds bytes that this node did not write", e);
        }
    }

    private static FilePlace place(WireReader in) throws CodecException {
        return new FilePlace(in.readString("repository"), in.readString("path"), in.readString("file"));
    }
}
