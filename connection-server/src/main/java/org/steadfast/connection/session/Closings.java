package org.steadfast.connection.session;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tells the log which connections were closed for what their devices did. Anybody who can connect can do such things as often as
 * they like, so of each kind only some are told in a minute, and of the others their number. Safe for use by several threads.
 */
final class Closings {
    /** So many of a kind are told in a minute, with all that is known of them. */
    static final int TOLD = 20;

    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Consumer<String> log;
    private final Map<Reason, Told> told = new EnumMap<>(Reason.class);

    /** Why a connection is closed. */
    enum Reason {
        LOGINS("too many logins failed"),
        TOO_LONG("a message is too long"),
        MALFORMED("a message cannot be read"),
        UNREAD("the answers are not read"),
        SILENT("nothing was heard for too long");

        private final String title;

        Reason(String title) {
            this.title = title;
        }
    }

    /** Of one kind; guards itself. */
    private static final class Told {
        /** When the minute began, by {@link System#nanoTime}. */
        private long since;

        private int lines;
        private long untold;
    }

    /** @param log gets the lines */
    Closings(Consumer<String> log) {
        this.log = log;
        for (Reason reason : Reason.values()) {
            told.put(reason, new Told());
        }
    }

    /**
     * A connection is closed.
     *
     * @param detail what is known besides
     */
    void closed(Reason reason, int session, SocketAddress from, String detail, long nowNanos) {
        Told ofReason = told.get(reason);
        synchronized (ofReason) {
            beginMinute(reason, ofReason, nowNanos);
            if (ofReason.lines < TOLD) {
                ofReason.lines++;
                log.accept("Device session " + session + " from " + from + ": " + reason.title + " (" + detail
                        + "); closing it");
            } else {
                ofReason.untold++;
            }
        }
    }

    /** Tells the numbers of those that were not told, when their minute is over. Called now and then. */
    void sweep(long nowNanos) {
        told.forEach((reason, ofReason) -> {
            synchronized (ofReason) {
                beginMinute(reason, ofReason, nowNanos);
            }
        });
    }

    private void beginMinute(Reason reason, Told ofReason, long nowNanos) {
        if (ofReason.lines == 0) {
            ofReason.since = nowNanos;
        } else if (nowNanos - ofReason.since >= INTERVAL.toNanos()) {
            if (ofReason.untold > 0) {
                log.accept(ofReason.untold + " more device sessions were closed within a minute: " + reason.title);
            }
            ofReason.since = nowNanos;
            ofReason.lines = 0;
            ofReason.untold = 0;
        }
    }
}
