package org.steadfast.it.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.history.History;
import org.steadfast.it.history.Operation;
import org.steadfast.it.history.Operation.Outcome;

/** What a client concludes from an answer is what the checkers build on. */
class PropertyClientTest {
    private static final Register REGISTER = new Register("Tank", "level");

    private final History history = new History();
    private final Complaints complaints = new Complaints();

    private PropertyClient client(String address) {
        return new PropertyClient("node", new RestClient(address, "key", Duration.ofSeconds(5)), history, complaints);
    }

    private Outcome write(int status, String body, String retryAfter) throws Exception {
        try (ScriptedNode node = ScriptedNode.answering(status, body, retryAfter)) {
            Operation write = client(node.address()).write("c", REGISTER, 7);
            assertThat(history.operations()).containsExactly(write);
            return write.outcome();
        }
    }

    @Test
    void okIsAcknowledged() throws Exception {
        assertThat(write(200, "", "")).isEqualTo(Outcome.OK);
        assertThat(complaints.lines()).isEmpty();
    }

    @Test
    void unavailableIsUnknown() throws Exception {
        assertThat(write(503, "no answer within 12 s; whether the request took effect is not known", "1"))
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(complaints.lines()).isEmpty();
    }

    @Test
    void thePromiseThatNothingWasWrittenIsBelieved() throws Exception {
        assertThat(write(503, "the database is away; nothing was written", "1")).isEqualTo(Outcome.FAILED);
    }

    @Test
    void aNodeThatIsNotReadyHasDoneNothing() throws Exception {
        assertThat(write(503, "the node is not ready: {start=the node is starting}", "1"))
                .isEqualTo(Outcome.FAILED);
    }

    @Test
    void unavailableMustSayWhenToComeBack() throws Exception {
        assertThat(write(503, "it may have been written nevertheless", "")).isEqualTo(Outcome.UNKNOWN);
        assertThat(complaints.lines())
                .singleElement()
                .asString()
                .contains("503")
                .contains("nevertheless");
    }

    @Test
    void everyOtherAnswerIsAComplaintAndUnknown() throws Exception {
        assertThat(write(404, "nothing was written\nhere", "")).isEqualTo(Outcome.UNKNOWN);
        assertThat(complaints.lines())
                .singleElement()
                .asString()
                .contains("404")
                .endsWith("1 times, first: nothing was written here");
    }

    @Test
    void aBrokenConnectionIsUnknown() throws Exception {
        try (ScriptedNode node = ScriptedNode.breaking()) {
            assertThat(client(node.address()).write("c", REGISTER, 7).outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(client(node.address()).read("c", REGISTER)).isEmpty();
        }
        assertThat(complaints.lines()).isEmpty();
    }

    @Test
    void aRefusedConnectionIsWithoutEffect() throws Exception {
        ScriptedNode node = ScriptedNode.answering(200, "", "");
        node.close();
        assertThat(client(node.address()).write("c", REGISTER, 7).outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void aReadTakesTheValueFromTheInfotable() throws Exception {
        try (ScriptedNode node = ScriptedNode.answering(200, "{\"rows\":[{\"level\":42.0}]}", "")) {
            assertThat(client(node.address()).read("c", REGISTER).orElseThrow().value())
                    .isEqualTo(OptionalLong.of(42));
        }
        assertThat(history.operations()).hasSize(1);
    }

    @Test
    void zeroIsAPropertyThatWasNeverSet() throws Exception {
        try (ScriptedNode node = ScriptedNode.answering(200, "{\"rows\":[{\"level\":0}]}", "")) {
            assertThat(client(node.address()).read("c", REGISTER).orElseThrow().value())
                    .isEmpty();
        }
    }

    @Test
    void aReadThatIsRefusedLeavesNoTrace() throws Exception {
        try (ScriptedNode node = ScriptedNode.answering(503, "shared state is being loaded", "1")) {
            assertThat(client(node.address()).read("c", REGISTER)).isEmpty();
        }
        assertThat(history.operations()).isEmpty();
        assertThat(complaints.lines()).isEmpty();
    }
}
