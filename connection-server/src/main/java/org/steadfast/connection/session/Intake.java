package org.steadfast.connection.session;

import java.util.Optional;
import org.steadfast.connection.budget.ByteBudget;

/**
 * Decides when one session reads on. Its bytes are held from the moment a message is taken in until the answer is written. At the
 * session's own bound, at the link's and at the whole server's, reading pauses, so the device is slowed down by TCP; nothing is
 * dropped. A message that is received piece by piece is admitted as a whole before most of it is read: once admitted it is read to
 * its end without a pause, so messages that are half here never wait for each other. Safe for use by several threads.
 */
final class Intake {
    /**
     * A session with less than this in flight reads on whatever others hold, so that quiet devices do not wait behind busy ones.
     * This is what each session may hold beside the server's bound.
     */
    static final long FREE_BYTES = 8 << 10;

    private enum State {
        READING,
        AT_OWN_BOUND,
        IN_LINE_AT_LINK,
        IN_LINE_AT_SERVER,
        ENDED
    }

    private final ByteBudget server;
    private final SessionMetrics metrics;
    private final int mostRequests;
    private final long mostBytes;
    private final ByteBudget.Waiter atServer = this::admitted;
    private final ByteBudget.Waiter atLink = this::linkHasRoom;
    private final Runnable demand;

    // All that follows is written by the thread that takes messages in and by those that bring answers; guarded by
    // this.
    private State state = State.READING;
    private int requests;
    /** Bytes in flight, those included that are reserved for messages on their way in. */
    private long held;

    private long reserved;
    /** Bytes that a message needs before more of it is read; 0 where none waits. */
    private long wish;
    /** The link that the last message went to. */
    private Optional<ByteBudget> link = Optional.empty();

    /** @param demand lets one more piece be read */
    Intake(ByteBudget server, SessionMetrics metrics, int mostRequests, long mostBytes, Runnable demand) {
        this.server = server;
        this.metrics = metrics;
        this.mostRequests = mostRequests;
        this.mostBytes = mostBytes;
        this.demand = demand;
    }

    /**
     * Messages have begun of which more comes.
     *
     * @param bytes as many as all of them may hold. Where they turn out to be more than was admitted, the rest is counted at once:
     *     what has been admitted must not wait behind it
     */
    synchronized void expect(long bytes) {
        if (reserved == 0) {
            wish = bytes;
        } else if (bytes > reserved) {
            reserve(bytes - reserved);
        }
    }

    private void reserve(long bytes) {
        server.take(bytes);
        reserved += bytes;
        held += bytes;
    }

    /** No message is on its way in any more. */
    void nothingBegun() {
        long bytes;
        synchronized (this) {
            wish = 0;
            bytes = reserved;
            reserved = 0;
            held -= bytes;
        }
        if (bytes > 0) {
            server.giveBack(bytes);
        }
    }

    /** A whole message is here and will be answered; {@link #ended} must follow. */
    synchronized void began(long bytes) {
        server.take(bytes);
        held += bytes;
        requests++;
    }

    /** The answer is here: its bytes are held in place of the request's. */
    void answered(long requestBytes, long answerBytes) {
        synchronized (this) {
            held += answerBytes - requestBytes;
        }
        server.giveBack(requestBytes - answerBytes);
    }

    /** The answer is written, or never will be. */
    void ended(long bytes) {
        boolean resume;
        synchronized (this) {
            held -= bytes;
            requests--;
            resume = mayResume();
        }
        server.giveBack(bytes);
        if (resume) {
            demand.run();
        }
    }

    /** Looks again where the session's own bytes were the reason for the pause, or are now too few for one. */
    private boolean mayResume() {
        return switch (state) {
            case AT_OWN_BOUND -> decide();
            case IN_LINE_AT_SERVER -> wish == 0 && isQuiet() && server.leave(atServer) && reading();
            case IN_LINE_AT_LINK -> wish == 0 && isQuiet() && link.orElseThrow().leave(atLink) && reading();
            case READING, ENDED -> false;
        };
    }

    /**
     * A piece was taken in: reads the next one as soon as that may be.
     *
     * @param lastLink the link that the last message went to
     */
    void readOn(Optional<ByteBudget> lastLink) {
        boolean now;
        synchronized (this) {
            link = lastLink;
            now = decide();
        }
        if (now) {
            demand.run();
        }
    }

    private boolean decide() {
        if (state == State.ENDED) {
            return false;
        }
        if (wish == 0 && reserved > 0) {
            return reading();
        }
        if (isAtOwnBound()) {
            return pause(State.AT_OWN_BOUND);
        }
        if (wish == 0 && isQuiet()) {
            return reading();
        }
        // A message that has begun will most likely go where the last one went.
        if (link.isPresent() && !link.get().isRoomOrWait(wish, atLink)) {
            return pause(State.IN_LINE_AT_LINK);
        }
        return takeFromServer();
    }

    private boolean takeFromServer() {
        // The call back may come before this returns, and waits for this object's lock.
        if (!server.takeOrWait(wish, atServer)) {
            return pause(State.IN_LINE_AT_SERVER);
        }
        granted();
        return reading();
    }

    private void granted() {
        held += wish;
        reserved += wish;
        wish = 0;
    }

    private boolean isAtOwnBound() {
        // Whatever its wish is: how long a message will be is often not known, and one may go beyond the bound.
        return requests >= mostRequests || held >= mostBytes;
    }

    private boolean isQuiet() {
        return held < FREE_BYTES;
    }

    private boolean reading() {
        metrics.resumed(state != State.READING);
        state = State.READING;
        return true;
    }

    private boolean pause(State reason) {
        if (state == State.READING) {
            metrics.paused();
        }
        if (state != reason) {
            switch (reason) {
                case AT_OWN_BOUND -> metrics.devicePauses.increment();
                case IN_LINE_AT_LINK -> metrics.linkPauses.increment();
                default -> metrics.serverPauses.increment();
            }
        }
        state = reason;
        return false;
    }

    private void admitted() {
        long unwanted = 0;
        synchronized (this) {
            if (state == State.ENDED) {
                unwanted = wish;
                wish = 0;
            } else {
                granted();
                reading();
            }
        }
        if (unwanted > 0) {
            server.giveBack(unwanted);
        } else {
            demand.run();
        }
    }

    private void linkHasRoom() {
        boolean now;
        synchronized (this) {
            // Not asked again whether there is room at the link: others may be in line there by now.
            now = state == State.IN_LINE_AT_LINK && takeFromServer();
        }
        if (now) {
            demand.run();
        }
    }

    /** The connection is gone: nothing more is read. What is in flight is held until it is answered. */
    void end() {
        long bytes;
        synchronized (this) {
            if (state == State.IN_LINE_AT_LINK) {
                link.orElseThrow().leave(atLink);
            }
            // Where it has left the line by itself, the call back gives the bytes of the wish back.
            if (state != State.IN_LINE_AT_SERVER || server.leave(atServer)) {
                wish = 0;
            }
            metrics.resumed(state != State.READING && state != State.ENDED);
            state = State.ENDED;
            bytes = reserved;
            reserved = 0;
            held -= bytes;
        }
        // Also where it is nothing: a large wish may have held up those behind it.
        server.giveBack(bytes);
    }

    /** Whether nothing is read from the device because of a bound. */
    synchronized boolean isPaused() {
        return state != State.READING && state != State.ENDED;
    }

    /** Whether a message is on its way in and it is the device that is waited for. */
    synchronized boolean isReceiving() {
        return reserved > 0 && state == State.READING;
    }
}
