package org.steadfast.coordination.chassis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connector whose last words are heard. A socket that is closed while the other side still sends is reset, and a reset takes
 * what was written with it: the peer never sees why, neither the close code of a WebSocket nor the answer to a request that was
 * refused before it was read. So the sending side is shut first, and what still comes is read and dropped until the peer
 * closes as well, or {@value #LONGEST_MILLIS} ms have passed.
 */
final class LingeringConnector extends ServerConnector {
    private static final Logger log = LoggerFactory.getLogger(LingeringConnector.class);
    static final long LONGEST_MILLIS = 2_000;
    /** More than so many do not linger at a time; those beyond are closed at once. */
    private static final int MOST = 2_000;

    private static final int LONGEST_PAUSE_MILLIS = 100;
    /** What is read at most in one go, so that one peer that never stops does not keep the others waiting. */
    private static final int BYTES_AT_ONCE = 256 << 10;

    /** Added to by whoever closes, removed from by the scheduler's thread; guards itself. */
    private final Set<SocketChannel> lingering = ConcurrentHashMap.newKeySet();

    LingeringConnector(Server server, int acceptors, int selectors, ConnectionFactory... factories) {
        super(server, acceptors, selectors, factories);
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        SocketChannelEndPoint endPoint = new SocketChannelEndPoint(channel, selector, key, getScheduler()) {
            @Override
            public void doClose() {
                key.cancel();
                if (!linger(channel)) {
                    super.doClose();
                }
            }
        };
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    /** False where the channel is to be closed at once. */
    private boolean linger(SocketChannel channel) {
        if (!isRunning() || lingering.size() >= MOST || !channel.isConnected()) {
            return false;
        }
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            log.debug("Nothing more can be sent: the peer has gone", e);
            return false;
        }
        if (isAtEnd(channel)) {
            return false;
        }
        lingering.add(channel);
        lookAgain(channel, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_MILLIS), 1);
        return true;
    }

    private void lookAgain(SocketChannel channel, long deadline, int pauseMillis) {
        var unused = getScheduler()
                .schedule(
                        () -> {
                            if (isAtEnd(channel) || System.nanoTime() - deadline > 0) {
                                end(channel);
                            } else {
                                lookAgain(channel, deadline, Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS));
                            }
                        },
                        pauseMillis,
                        TimeUnit.MILLISECONDS);
    }

    /** Drops what has come. True where the peer has closed its side, or is gone. */
    private static boolean isAtEnd(SocketChannel channel) {
        ByteBuffer dropped = ByteBuffer.allocate(16 << 10);
        try {
            int sum = 0;
            int read;
            do {
                read = channel.read(dropped.clear());
                sum += read;
            } while (read > 0 && sum < BYTES_AT_ONCE);
            return read < 0;
        } catch (IOException e) {
            log.debug("The peer has gone", e);
            return true;
        }
    }

    private void end(SocketChannel channel) {
        lingering.remove(channel);
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("A channel did not close cleanly", e);
        }
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        lingering.forEach(this::end);
    }
}
