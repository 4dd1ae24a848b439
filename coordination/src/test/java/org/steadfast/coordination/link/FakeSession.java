package org.steadfast.coordination.link;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.steadfast.protocol.link.LinkCodec;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.CodecException;

/** A WebSocket that keeps what is sent and says that it is sent when the test says so. */
final class FakeSession {
    private final List<byte[]> messages = new ArrayList<>();
    private final List<Callback> underWay = new ArrayList<>();
    private int disconnects;

    /** The session as the code under test sees it; it does what {@link LinkWriter} uses and nothing else. */
    Session session() {
        return (Session) Proxy.newProxyInstance(
                FakeSession.class.getClassLoader(), new Class<?>[] {Session.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "sendBinary" -> sendBinary((ByteBuffer) arguments[0], (Callback) arguments[1]);
                        case "disconnect" -> disconnects++;
                        default -> throw new UnsupportedOperationException(method.toString());
                    }
                    return null;
                });
    }

    private void sendBinary(ByteBuffer bytes, Callback callback) {
        byte[] message = new byte[bytes.remaining()];
        bytes.get(message);
        messages.add(message);
        underWay.add(callback);
    }

    int messageCount() {
        return messages.size();
    }

    List<LinkFrame> message(int index) throws CodecException {
        return LinkCodec.readAll(messages.get(index));
    }

    int underWay() {
        return underWay.size();
    }

    void succeed() {
        underWay.remove(0).succeed();
    }

    void fail() {
        underWay.remove(0).fail(new IllegalStateException("failed by a test"));
    }

    int disconnects() {
        return disconnects;
    }
}
