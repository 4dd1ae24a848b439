package org.steadfast.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.foundation.RunningNode;

/** Every answer says under which id its request is in the node's log. */
@ExtendWith(RunningNode.Extension.class)
class RequestIdTest {
    private static final String HEADER = "X-Request-Id";
    private static RunningNode node;

    @BeforeAll
    static void take(RunningNode running) {
        node = running;
    }

    private static String answered(HttpResponse<String> answer) {
        assertThat(answer.headers().allValues(HEADER)).hasSize(1);
        return answer.headers().firstValue(HEADER).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Things", "Things/None", "Nothing/at/all"})
    void isTheOneThatTheClientGaveWhateverTheAnswer(String address) throws Exception {
        assertThat(answered(node.send(
                        node.request(address).header(HEADER, "order-4711").GET())))
                .isEqualTo("order-4711");
    }

    @Test
    void isMadeWhereThereIsNone() throws Exception {
        String first = answered(node.get("Things"));
        assertThat(first).matches("[0-9a-f]{16}");
        assertThat(answered(node.get("Things"))).isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "] ERROR", "12345678901234567890123456789012345678901234567890123456789012345"})
    void isMadeWhereTheClientsCouldMakeUpLinesOfTheLog(String given) throws Exception {
        assertThat(answered(
                        node.send(node.request("Things").header(HEADER, given).GET())))
                .matches("[0-9a-f]{16}");
    }
}
