package org.steadfast.foundation.live;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.sharedstate.NodeMessages;
import org.steadfast.foundation.sharedstate.Onlooker;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.WireReader;
import org.steadfast.protocol.wire.WireWriter;

/**
 * What nodes tell each other of changes: not values, only which ones to read. Each node tells the others which things it wants to hear
 * of; whoever changes a value tells those who want to hear of it. A rumour may be lost, or told twice: whoever hears it reads the
 * value, and reads it now and then without one. Nobody waits for a rumour to arrive. Safe for use by several threads.
 */
final class Rumours implements Onlooker {
    private static final Logger log = LoggerFactory.getLogger(Rumours.class);
    private static final String TOPIC = "live values";
    /** What may wait to be told to one node; with more it is told to read everything. */
    private static final int MOST_WAITING = 20_000;

    private static final int INTEREST = 1;
    private static final int HEARD = 2;
    private static final int CHANGED = 3;
    private static final int EVERYTHING = 4;
    private static final int WHO_IS_INTERESTED = 5;

    private final NodeMessages messages;
    private final Watches watches;
    /** One thread: a node that is not reached keeps only rumours from the others, and for as long as Ignite tries. */
    private final Executor sending;
    /** What others want to hear of; written when they say so and when they go; guards itself. */
    private final Map<UUID, Told> interests = new ConcurrentHashMap<>();
    /** The number of the last interest of ours that a node has heard of; written when it says so; guards itself. */
    private final Map<UUID, Long> heard = new ConcurrentHashMap<>();
    /** What waits to be told; guarded by itself. Only nodes that are being told, or are about to be, are in it. */
    private final Map<UUID, Set<PropertyKey>> waiting = new HashMap<>();

    /** Whether an announcement waits to be sent: what is new meanwhile goes with it. */
    private final AtomicBoolean announcing = new AtomicBoolean();

    /** What a node wants to hear of, and its number: the greatest one counts, in whatever order they come. */
    private record Told(long number, Interest interest) {}

    Rumours(NodeMessages messages, Watches watches, Executor sending) {
        this.messages = messages;
        this.watches = watches;
        this.sending = sending;
    }

    void start() {
        messages.listen(TOPIC, this::receive);
        messages.onGone(this::gone);
        byte[] question = new WireWriter(1).writeByte(WHO_IS_INTERESTED).toByteArray();
        sending.execute(() -> messages.others().forEach(node -> messages.send(node, TOPIC, question)));
    }

    private void gone(UUID node) {
        interests.remove(node);
        heard.remove(node);
        // What it was about to tell is lost.
        watches.readAll();
    }

    /** Tells all others what this node wants to hear of. Goes on in the background. */
    void announce() {
        if (announcing.compareAndSet(false, true)) {
            sending.execute(() -> {
                announcing.set(false);
                messages.others().forEach(this::announceTo);
            });
        }
    }

    private void announceTo(UUID node) {
        Watches.Announcement announcement = watches.announcement();
        WireWriter out = new WireWriter(1 + Long.BYTES + 2048);
        out.writeByte(INTEREST).writeLong(announcement.number());
        announcement.interest().write(out);
        messages.send(node, TOPIC, out.toByteArray());
    }

    @Override
    public boolean isThere() {
        return !interests.isEmpty() || !watches.isEmpty();
    }

    @Override
    public void changed(long thingId, String property) {
        watches.changed(thingId, property);
        interests.forEach((node, told) -> {
            if (told.interest().includes(thingId)) {
                tell(node, new PropertyKey(thingId, property));
            }
        });
    }

    private void tell(UUID node, PropertyKey key) {
        synchronized (waiting) {
            Set<PropertyKey> keys = waiting.get(node);
            if (keys != null) {
                if (keys.size() <= MOST_WAITING) {
                    keys.add(key);
                }
                return;
            }
            Set<PropertyKey> first = new LinkedHashSet<>();
            first.add(key);
            waiting.put(node, first);
        }
        sending.execute(() -> send(node));
    }

    private void send(UUID node) {
        Set<PropertyKey> keys;
        synchronized (waiting) {
            keys = waiting.remove(node);
        }
        if (!messages.send(node, TOPIC, rumour(keys))) {
            interests.remove(node);
        }
    }

    private static byte[] rumour(Set<PropertyKey> keys) {
        if (keys.size() > MOST_WAITING) {
            return new WireWriter(1).writeByte(EVERYTHING).toByteArray();
        }
        WireWriter out = new WireWriter(8 + 24 * keys.size());
        out.writeByte(CHANGED).writeInt(keys.size());
        for (PropertyKey key : keys) {
            out.writeLong(key.thingId()).writeString(key.property());
        }
        return out.toByteArray();
    }

    private void receive(UUID sender, byte[] message) {
        try {
            WireReader in = new WireReader(message);
            switch (in.readUnsignedByte("kind")) {
                case INTEREST -> interested(sender, new Told(in.readLong("number"), Interest.read(in)));
                case HEARD -> heard(sender, in.readLong("number"));
                case CHANGED -> {
                    for (PropertyKey key : keys(in)) {
                        watches.changed(key.thingId(), key.property());
                    }
                }
                case EVERYTHING -> watches.readAll();
                case WHO_IS_INTERESTED -> sending.execute(() -> announceTo(sender));
                default -> log.debug("A newer node tells something that this one does not know");
            }
        } catch (CodecException e) {
            log.warn("MESSAGE_UNREADABLE: a message of {} about live values was not understood", sender, e);
        }
    }

    private static List<PropertyKey> keys(WireReader in) throws CodecException {
        int count = in.readInt("number of changes");
        List<PropertyKey> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(new PropertyKey(in.readLong("thing"), in.readString("property")));
        }
        return keys;
    }

    private void interested(UUID sender, Told told) {
        Told now = interests.merge(sender, told, (before, after) -> after.number() >= before.number() ? after : before);
        if (now.interest().isNone()) {
            interests.remove(sender, now);
        }
        byte[] answer = new WireWriter(1 + Long.BYTES)
                .writeByte(HEARD)
                .writeLong(told.number())
                .toByteArray();
        sending.execute(() -> messages.send(sender, TOPIC, answer));
    }

    /** What a node changed before it heard of our interest it has told nobody; it is visible by now, so it is read. */
    private void heard(UUID node, long number) {
        long[] before = new long[1];
        heard.compute(node, (same, known) -> {
            before[0] = known == null ? 0 : known;
            return Math.max(before[0], number);
        });
        if (number > before[0]) {
            watches.readAnnouncedAfter(before[0]);
        }
    }
}
