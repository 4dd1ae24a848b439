package org.steadfast.simulator;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Characteristic;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.MultipartAssembler;
import org.steadfast.protocol.wire.MultipartSplitter;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/** One device's connection at a {@link FakeServer}. Public for Jetty, which calls it by reflection. */
public final class FakeSession implements Session.Listener.AutoDemanding {
    static final int SESSION_ID = 0x11223344;

    final HttpFields handshake;
    final List<String> bound = new CopyOnWriteArrayList<>();
    final List<Message> requests = new CopyOnWriteArrayList<>();
    /** The device's answers to NotifyPropertyUpdate. */
    final List<CompletableFuture<Message>> notified = new CopyOnWriteArrayList<>();

    final List<String> pongs = new CopyOnWriteArrayList<>();
    final CompletableFuture<Integer> closeStatus = new CompletableFuture<>();

    private final FakeServer server;
    private final MultipartAssembler assembler = new MultipartAssembler(4 << 20);
    private final Map<Integer, CompletableFuture<Message>> pending = new ConcurrentHashMap<>();
    private final AtomicInteger requestIds = new AtomicInteger(5000);
    private volatile Session session;
    /** Set by whoever cuts: what arrived before that and was not read yet is lost, as when a process dies. */
    private volatile boolean cut;

    FakeSession(FakeServer server, HttpFields handshake) {
        this.server = server;
        this.handshake = HttpFields.build(handshake).asImmutable();
    }

    /** Asks the device. */
    CompletableFuture<Message> ask(Verb verb, Target target, Optional<Infotable> parameters) {
        int id = requestIds.incrementAndGet();
        CompletableFuture<Message> answer = new CompletableFuture<>();
        pending.put(id, answer);
        send(new Message(Header.request(verb, id, 7, SESSION_ID), new Body.Request(target, parameters)));
        return answer;
    }

    void cut() {
        cut = true;
        Session open = session;
        if (open != null) {
            open.disconnect();
        }
    }

    void ping(String payload) {
        session.sendPing(StandardCharsets.US_ASCII.encode(payload), Callback.NOOP);
    }

    void sendText(String text) {
        session.sendText(text, Callback.NOOP);
    }

    void sendBytes(byte[] bytes) {
        session.sendBinary(ByteBuffer.wrap(bytes), Callback.NOOP);
    }

    @Override
    public void onWebSocketOpen(Session open) {
        session = open;
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        server.largestFrame.accumulateAndGet(bytes.length, Math::max);
        try {
            boolean chunk = MessageCodec.decodeHeader(bytes).multipart();
            if (chunk) {
                server.chunks.incrementAndGet();
            }
            Optional<byte[]> whole = chunk ? assembler.add(bytes, System.nanoTime()) : Optional.of(bytes);
            if (whole.isPresent() && !cut) {
                received(MessageCodec.decode(whole.get()));
            }
        } catch (CodecException e) {
            throw new IllegalStateException(e);
        }
        callback.succeed();
    }

    @Override
    public void onWebSocketPing(ByteBuffer payload) {
        server.pings.add(StandardCharsets.US_ASCII.decode(payload.slice()).toString());
        if (server.answersPings.get()) {
            session.sendPong(payload, Callback.NOOP);
        }
    }

    @Override
    public void onWebSocketPong(ByteBuffer payload) {
        pongs.add(StandardCharsets.US_ASCII.decode(payload.slice()).toString());
    }

    @Override
    public void onWebSocketClose(int statusCode, String reason, Callback callback) {
        callback.succeed();
        closeStatus.complete(statusCode);
    }

    private void received(Message message) throws CodecException {
        Header header = message.header();
        if (header.isResponse()) {
            CompletableFuture<Message> answer = pending.remove(header.requestId());
            if (answer != null) {
                answer.complete(message);
            }
            return;
        }
        requests.add(message);
        if (message.body() instanceof Body.Auth auth) {
            boolean known = auth.claim("appKey").equals(Optional.of(FakeServer.KEY.text()));
            Header answer =
                    header.answer(known ? Status.SUCCESS : Status.UNAUTHORIZED).withSession(known ? SESSION_ID : -1);
            send(new Message(answer, known ? Body.Response.empty() : Body.Response.of("Invalid application key")));
        } else if (message.body() instanceof Body.Bind bind) {
            bind(header, bind);
        } else if (message.body() instanceof Body.Request request) {
            request(header, request);
        }
    }

    private void bind(Header header, Body.Bind bind) throws CodecException {
        if (header.verb() == Verb.UNBIND) {
            server.unbound.addAll(bind.names());
            answer(header, Status.SUCCESS, Body.Response.empty());
            return;
        }
        server.binds.incrementAndGet();
        bound.addAll(bind.names());
        answer(header, Status.SUCCESS, Body.Response.empty());
        for (String name : bind.names()) {
            notified.add(ask(Verb.POST, Target.service(name, "NotifyPropertyUpdate"), Optional.empty()));
        }
    }

    private void request(Header header, Body.Request request) throws CodecException {
        Target target = request.target();
        if (target.isService("UpdateSubscribedPropertyValues")) {
            push(header, target.entityName(), request.parameters().orElseThrow());
        } else if (target.isService("GetPropertySubscriptions")) {
            Infotable table = new Infotable.Builder(
                            new FieldDefinition("edgeName", BaseType.STRING),
                            new FieldDefinition("pushType", BaseType.STRING),
                            new FieldDefinition("pushThreshold", BaseType.NUMBER))
                    .row(Value.string("p1"), Value.string("VALUE"), Value.number(0.5))
                    .build();
            CompletableFuture<Void> unused =
                    server.subscriptionsMayGo.thenRun(() -> answer(header, Status.SUCCESS, Body.Response.of(table)));
        } else if (target.isService("GetEventSubscriptions")) {
            answer(header, Status.SUCCESS, server.eventSubscriptions);
        } else if (target.isService("Silence")) {
            return;
        } else if (target.characteristic() == Characteristic.PROPERTIES) {
            property(header, request);
        } else {
            answer(header, Status.NOT_FOUND, Body.Response.of("no such service"));
        }
    }

    private void property(Header header, Body.Request request) throws CodecException {
        PropertyKey key =
                new PropertyKey(request.target().entityName(), request.target().name());
        if (header.verb() == Verb.PUT) {
            server.values.put(key, request.parameters().orElseThrow().first(key.property()));
            answer(header, Status.SUCCESS, Body.Response.empty());
        } else if (server.values.containsKey(key)) {
            Value value = server.values.get(key);
            answer(
                    header,
                    Status.SUCCESS,
                    Body.Response.of(Infotable.single(new FieldDefinition(key.property(), value.baseType()), value)));
        } else {
            answer(header, Status.NOT_FOUND, Body.Response.of("no such property"));
        }
    }

    private void push(Header header, String thing, Infotable parameters) {
        Infotable rows = ((Value.Table) parameters.first("values")).infotable();
        List<PropertyKey> keys = new ArrayList<>();
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < rows.rows().size(); i++) {
            keys.add(new PropertyKey(thing, ((Value.Text) rows.cell(i, "name")).text()));
            values.add(((Value.Variant) rows.cell(i, "value")).inner());
        }
        long first = values.get(0) instanceof Value.Number number ? (long) number.number() : 0;
        FakeServer.Push push = new FakeServer.Push(thing, first, values.size());
        server.pushes.add(push);
        FakeServer.Reaction reaction = server.reaction.apply(push);
        if (reaction == FakeServer.Reaction.ACKNOWLEDGE || reaction == FakeServer.Reaction.SILENT) {
            for (int i = 0; i < keys.size(); i++) {
                server.values.put(keys.get(i), values.get(i));
            }
        }
        switch (reaction) {
            case ACKNOWLEDGE -> {
                server.acknowledged.add(push);
                answer(header, Status.SUCCESS, Body.Response.empty());
            }
            case UNAVAILABLE -> answer(header, Status.UNAVAILABLE, Body.Response.of("not now"));
            case ERROR -> answer(header, Status.INTERNAL_ERROR, Body.Response.of("broken"));
            case DROP -> cut();
            case SILENT -> {}
        }
    }

    private void answer(Header request, Status status, Body.Response body) {
        send(new Message(request.answer(status), body));
    }

    private void send(Message message) {
        try {
            for (byte[] chunk : MultipartSplitter.split(MessageCodec.encode(message), 8192)) {
                sendBytes(chunk);
            }
        } catch (CodecException e) {
            throw new IllegalStateException(e);
        }
    }
}
