package org.steadfast.foundation.link;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Bytes that links have brought and that are still in memory: requests until they are answered, answers until they are written.
 * Where they are too many, a link is not read until some have gone; the connection server at its other end then pauses its
 * devices. Safe for use by several threads.
 */
final class HeldBytes {
    /** What a frame takes beside its message. */
    static final long FRAME_BYTES = 128;
    /** Answers up to so long are always sent: those to writes are, and say what took effect. */
    private static final int SMALL_ANSWER = 64 << 10;

    private final long most;
    private final long mostPerLink;
    private final Counter pauses;
    private final Counter refusedAnswers;
    /** Changed by the links' readers and by whoever answers; guarded by this. */
    private long used;
    /** Links that are not read, in the order in which they came; guarded by this. */
    private final Set<OfLink> paused = new LinkedHashSet<>();

    /** @param most bytes of all links; one link may hold half of them */
    HeldBytes(long most, MeterRegistry registry) {
        this.most = most;
        this.mostPerLink = most / 2;
        this.pauses = Counter.builder("steadfast.links.pauses")
                .description(
                        "How often reading from a link paused because too much from it, or from all, was in memory")
                .register(registry);
        this.refusedAnswers = Counter.builder("steadfast.links.answers.refused")
                .description("Long answers replaced by 503 for want of memory")
                .register(registry);
        registry.gauge("steadfast.links.bytes.held", this, HeldBytes::used);
        registry.gauge("steadfast.links.paused", this, HeldBytes::pausedLinks);
    }

    private synchronized long used() {
        return used;
    }

    private synchronized int pausedLinks() {
        return paused.size();
    }

    /** The part of one link. */
    final class OfLink {
        private final Runnable readOn;
        /** Guarded by the whole. */
        private long held;
        /** Whether nothing is read any more; guarded by the whole. */
        private boolean ended;

        /** @param readOn reads the next message */
        OfLink(Runnable readOn) {
            this.readOn = readOn;
        }

        void take(long bytes) {
            synchronized (HeldBytes.this) {
                held += bytes;
                used += bytes;
            }
        }

        void giveBack(long bytes) {
            List<OfLink> found = new ArrayList<>();
            synchronized (HeldBytes.this) {
                held -= bytes;
                used -= bytes;
                for (Iterator<OfLink> it = paused.iterator(); it.hasNext(); ) {
                    OfLink link = it.next();
                    if (link.hasRoom()) {
                        it.remove();
                        found.add(link);
                    }
                }
            }
            found.forEach(link -> link.readOn.run());
        }

        /** Whether there is room for an answer. Its length is not known before it is here, so this is the place to say no. */
        boolean fits(int answerBytes) {
            synchronized (HeldBytes.this) {
                if (answerBytes <= SMALL_ANSWER || used + answerBytes <= most + most / 2) {
                    return true;
                }
            }
            refusedAnswers.increment();
            return false;
        }

        /** Reads on, now or when there is room. */
        void readOn() {
            synchronized (HeldBytes.this) {
                if (ended) {
                    return;
                }
                if (!hasRoom()) {
                    paused.add(this);
                    pauses.increment();
                    return;
                }
            }
            readOn.run();
        }

        boolean isPaused() {
            synchronized (HeldBytes.this) {
                return paused.contains(this);
            }
        }

        /** The link is gone. What it brought is held until it is answered. */
        void end() {
            synchronized (HeldBytes.this) {
                ended = true;
                paused.remove(this);
            }
        }

        private boolean hasRoom() {
            return held < mostPerLink && used < most;
        }
    }
}
