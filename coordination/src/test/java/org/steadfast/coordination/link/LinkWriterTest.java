package org.steadfast.coordination.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Status;

class LinkWriterTest {
    private final FakeSession session = new FakeSession();
    private final LinkWriter writer = new LinkWriter(session.session());

    private static LinkFrame frame(long correlation) {
        return new LinkFrame.Unbound(correlation, Status.SUCCESS);
    }

    private static LinkFrame large(long correlation) {
        return new LinkFrame.Reply(correlation, Status.SUCCESS, new byte[LinkWriter.MESSAGE_BYTES / 2]);
    }

    private static List<Long> correlations(List<LinkFrame> frames) {
        return frames.stream().map(LinkFrame::correlation).toList();
    }

    @Test
    void aFreeLinkSendsAtOnce() throws Exception {
        writer.send(frame(1));
        assertThat(session.messageCount()).isEqualTo(1);
        assertThat(session.message(0)).containsExactly(frame(1));
        session.succeed();
        writer.send(frame(2));
        assertThat(session.message(1)).containsExactly(frame(2));
    }

    @Test
    void framesThatComeDuringASendGoOutTogetherInOrder() throws Exception {
        for (int i = 1; i <= 5; i++) {
            writer.send(frame(i));
        }
        assertThat(session.underWay()).as("sends at a time").isEqualTo(1);
        session.succeed();
        assertThat(session.messageCount()).isEqualTo(2);
        assertThat(correlations(session.message(1))).containsExactly(2L, 3L, 4L, 5L);
        session.succeed();
        assertThat(session.messageCount()).isEqualTo(2);
    }

    @Test
    void aMessageIsBounded() throws Exception {
        for (int i = 1; i <= 6; i++) {
            writer.send(large(i));
        }
        List<Long> sent = new ArrayList<>();
        for (int i = 0; session.underWay() > 0; i++) {
            assertThat(session.message(i)).hasSizeLessThanOrEqualTo(2);
            sent.addAll(correlations(session.message(i)));
            session.succeed();
        }
        assertThat(sent).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void aFailedSendClosesTheLinkAndNothingMoreIsSent() {
        writer.send(frame(1));
        writer.send(frame(2));
        session.fail();
        assertThat(session.disconnects()).isEqualTo(1);
        writer.send(frame(3));
        assertThat(session.messageCount()).isEqualTo(1);
        assertThat(session.disconnects()).isEqualTo(1);
    }
}
