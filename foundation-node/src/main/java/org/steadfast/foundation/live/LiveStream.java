package org.steadfast.foundation.live;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.live.Selection.Heard;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.protocol.json.Json;

/**
 * What one client hears. Of each property only the last value waits to be sent, so that what waits is bounded; a client that does not
 * keep up all the same is told so and let go. Nobody waits for a client. Safe for use by several threads.
 */
public final class LiveStream implements Watches.Hearer {
    private static final Logger log = LoggerFactory.getLogger(LiveStream.class);
    private static final int MOST_AT_ONCE = 32 << 10;
    private static final long SHORTEST_PATIENCE_NANOS = 1_000_000_000L;
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.UTF_8);

    private final LiveRequest request;
    private final LiveSettings settings;
    private final LiveMetrics metrics;
    private final int retryMillis;
    private final Consumer<LiveStream> onClosed;
    private final Object renewal = new Object();

    // What follows is written by those who bring values, by the server's threads when a client can take more, and by
    // the
    // clocks of LiveStreams; all of it is guarded by this.
    /** What the stream is about, by the names it was asked for by. */
    private Map<String, Heard> heard = Map.of();
    /** What is being told of each property: its print where a line was sent; empty where none was yet. */
    private final Map<PropertyKey, Optional<Long>> told = new LinkedHashMap<>();
    /** What the client had before it came. */
    private final Set<Long> known;
    /** Properties of which nothing is known yet. */
    private final Set<PropertyKey> awaited = new HashSet<>();
    /** What waits to be sent, in order; of each property and each thing once. */
    private final Map<Object, Waiting> waiting = new LinkedHashMap<>();

    private long waitingBytes;
    /** Absent until the server says that something may be written. */
    private Optional<ClientOutput> output = Optional.empty();

    private boolean unflushed;
    /** When the client last took something, by {@link System#nanoTime()}. */
    private long progress = System.nanoTime();

    private boolean blocked;
    /** Whether it was told what it is about. */
    private boolean begun;

    private boolean ending;
    private boolean closed;
    /** When the rights were last found to be as they are, by {@link System#nanoTime()}. */
    private long checked = System.nanoTime();

    /** An event, and the line in it where it is a value. */
    private record Waiting(byte[] head, byte[] data, Optional<Line> line) {
        int length() {
            return head.length + data.length + 2;
        }
    }

    /** What stands for an event about a thing as a whole among those that wait. */
    private record Notice(String event, String thing, String property) {}

    LiveStream(
            LiveRequest request,
            LiveSettings settings,
            LiveMetrics metrics,
            int retryMillis,
            Consumer<LiveStream> onClosed) {
        this.request = request;
        this.settings = settings;
        this.metrics = metrics;
        this.retryMillis = retryMillis;
        this.onClosed = onClosed;
        this.known = request.lastEventId().map(Prints::read).orElseGet(Set::of);
    }

    /** Held by whoever makes the stream be about something else, until that is watched. */
    Object renewal() {
        return renewal;
    }

    LiveRequest request() {
        return request;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized long checked() {
        return checked;
    }

    /** The numbers of the things that the stream is about. */
    synchronized List<Long> thingIds() {
        return heard.values().stream().map(each -> each.thing().id()).toList();
    }

    /**
     * Makes the stream be about something else than before, and tells the client.
     *
     * @return what is to be watched anew, and in other ways than before
     */
    List<Heard> renew(Map<String, Heard> now) {
        List<Heard> changed = new ArrayList<>();
        synchronized (this) {
            checked = System.nanoTime();
            boolean isFirst = !begun;
            begun = true;
            for (String name : request.things()) {
                Heard before = heard.get(name);
                Heard after = now.get(name);
                if (before != null
                        && (after == null
                                || after.thing().id() != before.thing().id())) {
                    for (String property : before.properties()) {
                        forget(key(before, property));
                    }
                    gone(before.thing().name(), Optional.empty());
                    before = null;
                } else if (isFirst && after == null) {
                    // It may have been there when the client was last connected.
                    gone(name, Optional.empty());
                }
                if (after != null && !(before != null && before.equals(after))) {
                    changed.add(after);
                    hearOf(Optional.ofNullable(before), after);
                }
            }
            heard = Map.copyOf(now);
            if (isFirst || !changed.isEmpty()) {
                complete();
            }
        }
        pump();
        return changed;
    }

    private void hearOf(Optional<Heard> before, Heard after) {
        for (String property : before.map(Heard::properties).orElseGet(Set::of)) {
            if (!after.properties().contains(property)) {
                forget(key(after, property));
                gone(after.thing().name(), Optional.of(property));
            }
        }
        for (String property : after.properties()) {
            if (told.putIfAbsent(key(after, property), Optional.empty()) == null) {
                awaited.add(key(after, property));
            }
        }
        if (before.isEmpty() || !before.get().properties().equals(after.properties())) {
            ArrayNode names = JsonNodeFactory.instance.arrayNode();
            after.properties().forEach(names::add);
            ObjectNode data = thing(after.thing().name());
            data.set("properties", names);
            notice(new Notice("thing", after.thing().name(), ""), data);
        }
    }

    private static PropertyKey key(Heard heard, String property) {
        return new PropertyKey(heard.thing().id(), property);
    }

    private void forget(PropertyKey key) {
        told.remove(key);
        awaited.remove(key);
        remove(key);
    }

    private void gone(String thing, Optional<String> property) {
        ObjectNode data = thing(thing);
        property.ifPresent(name -> data.put("property", name));
        notice(new Notice("gone", thing, property.orElse("")), data);
    }

    private static ObjectNode thing(String name) {
        return JsonNodeFactory.instance.objectNode().put("thing", name);
    }

    /** Puts an event at the end of what waits, in place of one like it. */
    private void notice(Notice notice, ObjectNode data) {
        remove(notice);
        put(notice, event(notice.event()), Json.write(data).getBytes(StandardCharsets.UTF_8), Optional.empty());
    }

    private static byte[] event(String name) {
        return ("event: " + name + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private void put(Object key, byte[] head, byte[] data, Optional<Line> line) {
        Waiting now = new Waiting(head, data, line);
        Waiting before = waiting.put(key, now);
        waitingBytes += now.length() - (before == null ? 0 : before.length());
    }

    private void remove(Object key) {
        Waiting before = waiting.remove(key);
        waitingBytes -= before == null ? 0 : before.length();
    }

    /** Says that everything was told, once that is so. */
    private void complete() {
        if (awaited.isEmpty() && !ending) {
            notice(new Notice("current", "", ""), JsonNodeFactory.instance.objectNode());
        }
    }

    @Override
    public void hear(long thingId, Line line) {
        synchronized (this) {
            PropertyKey key = new PropertyKey(thingId, line.property());
            Optional<Long> print = told.get(key);
            if (closed || ending || print == null) {
                return;
            }
            boolean isFirst = awaited.remove(key);
            boolean isKnown = print.isPresent() ? print.get() == line.print() : known.contains(line.print());
            if (waiting.containsKey(key) || !isKnown) {
                put(key, event("value"), line.json(), Optional.of(line));
            } else {
                told.put(key, Optional.of(line.print()));
            }
            if (isFirst) {
                complete();
            }
            if (waitsTooLong(System.nanoTime())) {
                end(Ending.SLOW);
            }
        }
        pump();
    }

    /** Begins to write. Called when the server says for the first time that something may be written. */
    void begin(ClientOutput to) {
        synchronized (this) {
            output = Optional.of(to);
        }
        pump();
    }

    /** Ends the stream, with a last event that says why. */
    void finish(Ending why) {
        synchronized (this) {
            if (!ending) {
                end(why);
            }
        }
        pump();
    }

    private void end(Ending why) {
        ending = true;
        waiting.clear();
        waitingBytes = 0;
        if (why == Ending.SLOW) {
            metrics.dropped.increment();
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("reason", why.reason()).put("message", why.message());
        put(why, event("end"), Json.write(data).getBytes(StandardCharsets.UTF_8), Optional.empty());
        progress = System.nanoTime();
    }

    /** Called now and then: keeps the stream alive, and looks whether the client is. */
    void pulse(long now) {
        boolean isLost = false;
        synchronized (this) {
            if (closed) {
                return;
            }
            long quiet = now - progress;
            boolean isStuck = (blocked || output.isEmpty())
                    && quiet > settings.readerPatience().toNanos();
            if (ending) {
                isLost = isStuck;
            } else if (isStuck || waitsTooLong(now)) {
                end(Ending.SLOW);
            } else if (!blocked
                    && waiting.isEmpty()
                    && quiet > settings.heartbeat().toNanos()) {
                put("heartbeat", new byte[] {':'}, new byte[0], Optional.empty());
            }
        }
        if (isLost) {
            lost();
        } else {
            pump();
        }
    }

    /** Values come in bursts, so much may wait for a moment; it is a line for each property at most. */
    private boolean waitsTooLong(long now) {
        return blocked
                && now - progress > SHORTEST_PATIENCE_NANOS
                && waiting.size() > 1
                && waitingBytes > settings.mostWaitingKilobytes() * 1024L;
    }

    /** The client is gone, or is given up. */
    void lost() {
        Optional<ClientOutput> to;
        synchronized (this) {
            to = closed ? Optional.empty() : output;
            close();
        }
        to.ifPresent(ClientOutput::abort);
        onClosed.accept(this);
    }

    private void close() {
        closed = true;
        waiting.clear();
        told.clear();
        awaited.clear();
    }

    /** Writes what waits, as far as the client takes it. */
    void pump() {
        boolean isOver;
        try {
            isOver = write();
        } catch (IOException | IllegalStateException e) {
            log.debug("The client is gone", e);
            lost();
            return;
        }
        if (isOver) {
            onClosed.accept(this);
        }
    }

    private synchronized boolean write() throws IOException {
        if (closed || output.isEmpty()) {
            return false;
        }
        ClientOutput to = output.get();
        while (to.isReady()) {
            blocked = false;
            if (unflushed) {
                unflushed = false;
                to.flush();
            } else if (!waiting.isEmpty()) {
                to.write(next());
                unflushed = true;
                progress = System.nanoTime();
            } else if (ending) {
                close();
                to.complete();
                return true;
            } else {
                return false;
            }
        }
        if (!blocked) {
            blocked = true;
            progress = System.nanoTime();
        }
        return false;
    }

    /** The next events; the last value among them says what the client has after it. */
    private byte[] next() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        List<Waiting> events = new ArrayList<>();
        int size = 0;
        int lastValue = -1;
        for (Iterator<Map.Entry<Object, Waiting>> all = waiting.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Object, Waiting> next = all.next();
            if (!events.isEmpty() && size + next.getValue().length() > MOST_AT_ONCE) {
                break;
            }
            all.remove();
            size += next.getValue().length();
            if (next.getValue().line().isPresent()) {
                told.put(
                        (PropertyKey) next.getKey(),
                        Optional.of(next.getValue().line().get().print()));
                lastValue = events.size();
                metrics.events.increment();
            }
            events.add(next.getValue());
        }
        waitingBytes -= size;
        for (int i = 0; i < events.size(); i++) {
            Waiting event = events.get(i);
            bytes.writeBytes(event.head());
            if (i == lastValue) {
                bytes.writeBytes(("id: " + id() + "\n").getBytes(StandardCharsets.UTF_8));
            }
            if (event.data().length > 0) {
                bytes.writeBytes(DATA);
                bytes.writeBytes(event.data());
                bytes.write('\n');
            } else {
                bytes.write('\n');
            }
            bytes.write('\n');
        }
        return bytes.toByteArray();
    }

    private String id() {
        return Prints.write(told.values().stream()
                .flatMap(Optional::stream)
                .limit(Prints.MOST)
                .toList());
    }

    /** What comes first: after how long the client connects again when the stream breaks off. */
    void greet() {
        synchronized (this) {
            put(
                    "retry",
                    ("retry: " + retryMillis + "\n").getBytes(StandardCharsets.UTF_8),
                    new byte[0],
                    Optional.empty());
        }
    }
}
