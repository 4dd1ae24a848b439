package org.steadfast.connection;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.steadfast.connection.routing.FoundationLink;
import org.steadfast.coordination.link.LinkWriter;
import org.steadfast.protocol.link.LinkCodec;
import org.steadfast.protocol.link.LinkFrame;

/** A foundation node without a socket: keeps the frames that are sent to it, and tells whoever wants to answer them. */
public final class FakeFoundation {
    /** Guarded by itself. */
    private final List<LinkFrame> received = new ArrayList<>();

    private final FoundationLink link;
    /** Told each frame, in the thread that sends it. */
    private volatile Consumer<LinkFrame> receiver = frame -> {};

    public FakeFoundation(String name) {
        this(name, 64 << 20);
    }

    /** @param mostBytes of requests on its link */
    public FakeFoundation(String name, long mostBytes) {
        link = new FoundationLink(name, new LinkWriter(session()), mostBytes);
    }

    public FoundationLink link() {
        return link;
    }

    public void onFrame(Consumer<LinkFrame> newReceiver) {
        receiver = newReceiver;
    }

    /** What was sent here, in order. */
    public List<LinkFrame> received() {
        synchronized (received) {
            return List.copyOf(received);
        }
    }

    public <T extends LinkFrame> List<T> received(Class<T> kind) {
        return received().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private Session session() {
        return (Session) Proxy.newProxyInstance(
                FakeFoundation.class.getClassLoader(), new Class<?>[] {Session.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("sendBinary")) {
                        throw new UnsupportedOperationException(method.toString());
                    }
                    ByteBuffer buffer = (ByteBuffer) arguments[0];
                    byte[] bytes = new byte[buffer.remaining()];
                    buffer.get(bytes);
                    for (LinkFrame frame : LinkCodec.readAll(bytes)) {
                        synchronized (received) {
                            received.add(frame);
                        }
                        receiver.accept(frame);
                    }
                    ((Callback) arguments[1]).succeed();
                    return null;
                });
    }
}
