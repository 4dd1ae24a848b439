package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out whether a PostgreSQL answers, without a login. */
final class DatabaseHealth {
    private static final Logger log = LoggerFactory.getLogger(DatabaseHealth.class);
    /** PostgreSQL's frontend/backend protocol, SSLRequest: its length and its code. It is answered by S where TLS is spoken,
     * else by N. */
    private static final int REQUEST_BYTES = 8;

    private static final int REQUEST_CODE = 80877103;

    private DatabaseHealth() {}

    /** Whether the server at the address answers in time; one that hangs does not. */
    static boolean answers(String host, int port, Duration timeout) {
        try (Socket socket = new Socket()) {
            int millis = Math.toIntExact(timeout.toMillis());
            socket.connect(new InetSocketAddress(host, port), millis);
            socket.setSoTimeout(millis);
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(REQUEST_BYTES)
                            .putInt(REQUEST_BYTES)
                            .putInt(REQUEST_CODE)
                            .array());
            int answer = socket.getInputStream().read();
            return answer == 'S' || answer == 'N';
        } catch (IOException e) {
            log.debug("{}:{} does not answer", host, port, e);
            return false;
        }
    }
}
