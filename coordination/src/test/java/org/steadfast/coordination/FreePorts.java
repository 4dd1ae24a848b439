package org.steadfast.coordination;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of the loopback address that nobody listens on, outside the range that outgoing connections take theirs from. */
public final class FreePorts {
    private static final int FIRST = 15_000;
    private static final int LAST = 32_000;

    private FreePorts() {}

    /** A free port. */
    public static int next() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            try (ServerSocket socket = occupy(port)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // In use; the next one may be free.
                continue;
            }
        }
    }

    /** Listens on a port, so that nobody else can. */
    public static ServerSocket occupy(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
