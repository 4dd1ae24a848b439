package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VerifierTest {
    private final FakeRestNode node = new FakeRestNode();
    private final Map<PropertyKey, Acknowledged> expected = new HashMap<>();

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void values_between_acknowledged_and_sent_are_right() throws Exception {
        expect("a", 5, 7);
        expect("b", 5, 7);
        expect("c", 5, 7);
        holds("a", 5);
        holds("b", 6);
        holds("c", 7);

        assertThat(verify()).isEqualTo(new Verification(3, 0, 0, List.of()));
    }

    @Test
    void values_outside_are_lost_and_named() throws Exception {
        expect("below", 5, 7);
        expect("above", 5, 7);
        expect("absent", 5, 7);
        holds("below", 4);
        holds("above", 8);

        Verification verification = verify();
        assertThat(verification.checked()).isEqualTo(3);
        assertThat(verification.lost()).isEqualTo(3);
        assertThat(verification.findings())
                .anyMatch(line -> line.contains("below.p1") && line.contains("4.0") && line.contains("acknowledged 5"))
                .anyMatch(line -> line.contains("above.p1") && line.contains("sent 7"))
                .anyMatch(line -> line.contains("absent.p1") && line.contains("absent"));
    }

    @Test
    void what_was_never_acknowledged_may_be_absent() throws Exception {
        expect("sent", Acknowledged.NONE, 1);
        expect("never", Acknowledged.NONE, Acknowledged.NONE);

        assertThat(verify()).isEqualTo(new Verification(1, 0, 0, List.of()));
    }

    @Test
    void thing_that_is_gone_is_lost() throws Exception {
        expect("a", 5, 7);
        node.statuses.put("a/Properties/*", 404);

        assertThat(verify().lost()).isEqualTo(1);
    }

    @Test
    void node_that_cannot_answer_for_a_while_is_asked_again() throws Exception {
        expect("a", 5, 7);
        holds("a", 5);
        node.unavailable.set(2);

        assertThat(verify()).isEqualTo(new Verification(1, 0, 0, List.of()));
    }

    @Test
    void node_that_does_not_answer_proves_nothing() throws Exception {
        expect("a", 5, 7);
        node.statuses.put("a/Properties/*", 500);

        Verification verification = verify();
        assertThat(verification.lost()).isZero();
        assertThat(verification.unread()).isEqualTo(1);
        assertThat(verification.findings()).singleElement().asString().contains("500");
    }

    private void expect(String thing, long acknowledged, long sent) {
        expected.put(new PropertyKey(thing, "p1"), new Acknowledged(acknowledged, sent));
    }

    private void holds(String thing, double value) {
        node.values.put(new PropertyKey(thing, "p1"), value);
    }

    private Verification verify() throws InterruptedException {
        return new Verifier(List.of(new RestNode(HttpClient.newHttpClient(), node.address(), FakeServer.KEY)))
                .verify(expected);
    }
}
