package org.steadfast.coordination.chassis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections over which no request has come in time. Jetty's idle timeout begins anew with each byte, so somebody who sends
 * one byte now and then would keep a connection for ever, and with many of them all that there may be. A TLS handshake that is not
 * completed counts as well.
 */
final class FirstRequestDeadline implements Connection.Listener {
    private static final Logger log = LoggerFactory.getLogger(FirstRequestDeadline.class);

    private final ServerConnector connector;
    private final Duration deadline;

    FirstRequestDeadline(ServerConnector connector, Duration deadline) {
        this.connector = connector;
        this.deadline = deadline;
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof HttpConnection) {
            var unused = connector
                    .getScheduler()
                    .schedule(() -> look(connection), deadline.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look(Connection connection) {
        if (connection.getMessagesIn() == 0 && connection.getEndPoint().isOpen()) {
            log.debug("No request came from {}", connection.getEndPoint().getRemoteSocketAddress());
            connection.close();
        }
    }

    @Override
    public void onClosed(Connection connection) {
        // Looked at when its time comes, and found to be closed.
    }
}
