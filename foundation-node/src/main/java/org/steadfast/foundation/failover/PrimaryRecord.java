package org.steadfast.foundation.failover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.membership.CommonRecord;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.persistence.failover.FailoverException;
import org.steadfast.persistence.failover.FailoverRecord;
import org.steadfast.persistence.failover.FailoverRecords;
import org.steadfast.persistence.failover.ServerAddress;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/** The record of the database's primary, kept by the coordinator. Safe for use by several threads. */
public final class PrimaryRecord implements FailoverRecords, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PrimaryRecord.class);

    private final CommonRecord record;

    public PrimaryRecord(CoordinatorClient coordinator) {
        this.record = new CommonRecord(coordinator, "database");
    }

    /**
     * The timeline that the primary has at least; 0 where nobody watches over the database.
     *
     * @throws FailoverException if the coordinator cannot be reached
     */
    public int timeline() throws FailoverException {
        return read().map(entry -> least(entry.record())).orElse(0);
    }

    /** Tells of the timeline now and whenever another server was promoted; once. */
    public void watch(IntConsumer onTimeline) {
        record.watch(content -> {
            try {
                onTimeline.accept(least(decode(content)));
            } catch (InvalidValueException | IllegalArgumentException e) {
                log.error("PRIMARY_UNKNOWN: the record of the database's primary cannot be read", e);
            }
        });
    }

    /** Once it is decided that another server becomes the primary, the old one is none any more, even if it comes back before. */
    private static int least(FailoverRecord record) {
        return record.standing() == FailoverRecord.Standing.PROMOTING ? record.timeline() + 1 : record.timeline();
    }

    @Override
    public Optional<Entry> read() throws FailoverException {
        try {
            Optional<CommonRecord.Version> kept = record.read();
            return kept.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new Entry(decode(kept.get().content()), kept.get().version()));
        } catch (Exception e) {
            throw new FailoverException("the record of the database's primary cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<Entry> replace(Optional<Entry> former, FailoverRecord next) throws FailoverException {
        try {
            OptionalInt version = record.replace(
                    former.map(entry -> OptionalInt.of(entry.version())).orElseGet(OptionalInt::empty), encode(next));
            return version.isEmpty() ? Optional.empty() : Optional.of(new Entry(next, version.getAsInt()));
        } catch (Exception e) {
            throw new FailoverException("the record of the database's primary cannot be kept: " + e.getMessage(), e);
        }
    }

    private static byte[] encode(FailoverRecord record) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("system", record.system())
                .put("timeline", record.timeline())
                .put("primary", record.primary().toString())
                .put("standing", record.standing().name());
        ArrayNode standbys = node.putArray("standbys");
        record.standbys().forEach(standbys::add);
        record.target().ifPresent(target -> node.put("target", target.toString()));
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static FailoverRecord decode(byte[] content) throws InvalidValueException {
        JsonNode node = Json.read(content);
        TreeSet<String> standbys = new TreeSet<>();
        node.path("standbys").forEach(name -> standbys.add(name.asText()));
        return new FailoverRecord(
                node.path("system").asLong(),
                node.path("timeline").asInt(),
                ServerAddress.parse(node.path("primary").asText()),
                FailoverRecord.Standing.valueOf(node.path("standing").asText()),
                standbys,
                node.has("target")
                        ? Optional.of(ServerAddress.parse(node.path("target").asText()))
                        : Optional.empty());
    }

    @Override
    public void close() {
        record.close();
    }
}
