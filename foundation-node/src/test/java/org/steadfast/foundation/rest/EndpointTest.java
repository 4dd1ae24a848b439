package org.steadfast.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.steadfast.protocol.json.Json;

class EndpointTest {
    private static final Operation OPERATION = Operation.of("Test", "Tests");

    @Test
    void cannotBeMadeWithoutTheMeaningOfItsNames() {
        assertThatThrownBy(() -> Endpoint.of("GET", "Things/{thing}", OPERATION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("GET Things/{thing} has the names [thing], its operation tells of []");
        assertThatThrownBy(() -> Endpoint.of("GET", "Things", OPERATION.path("thing", "A name")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givesHandlersOnlyWhatClientsAreToldOf() {
        Exchange exchange =
                new Exchange(null, OPERATION.query("told", Schema.string(), "A text"), Map.of(), null, null);

        assertThatThrownBy(() -> exchange.query("untold"))
                .hasMessageContaining("does not tell of the parameter untold");
        assertThatThrownBy(() -> exchange.header("told")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(exchange::queries).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void tellsOfFailuresThatFollowFromWhatIsTaken() throws Exception {
        Endpoint endpoint = Endpoint.of(
                "PUT",
                "Things/{thing}",
                OPERATION
                        .path("thing", "A name")
                        .taking("application/json", Schema.object())
                        .failing("409"));

        assertThat(Json.read(OpenApiDocument.of(List.of(endpoint)))
                        .at("/paths/~1Things~1{thing}/put/responses")
                        .fieldNames())
                .toIterable()
                .containsExactly("200", "400", "401", "403", "404", "408", "409", "413", "415", "429", "500", "503");
    }
}
