package org.steadfast.foundation.rest;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.steadfast.foundation.RunningNode;

/** A client that asks and does not read on. */
final class SlowClient {
    private SlowClient() {}

    /** What is to be closed when it gives up; its answer has begun. */
    static InputStream get(RunningNode node, String address) throws IOException {
        Socket socket = new Socket();
        // What the system holds for a client that does not read must be less than the answer.
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress("127.0.0.1", node.port()));
        socket.getOutputStream()
                .write(("GET /Thingworx/" + address + " HTTP/1.1\r\nHost: localhost\r\nappKey: " + RunningNode.KEY
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        InputStream answer = socket.getInputStream();
        if (answer.read() < 0) {
            throw new IOException("no answer");
        }
        return answer;
    }
}
