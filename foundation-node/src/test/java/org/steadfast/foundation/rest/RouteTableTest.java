package org.steadfast.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private final Route readAll = route("GET", "Things/{thing}/Properties");
    private final Route readOne = route("GET", "Things/{thing}/Properties/{property}");
    private final Route writeOne = route("PUT", "Things/{thing}/Properties/{property}");
    private final Route special = route("GET", "Things/{thing}/Properties/Special");
    private final Route service = route("POST", "Things/{thing}/Services/GetPropertyValues");
    private final RouteTable table = new RouteTable(List.of(readAll, readOne, writeOne, special, service));

    @Test
    void findsTheRouteWithItsNames() throws Exception {
        RouteTable.Match match = table.find("PUT", List.of("Things", "Pump 7", "Properties", "a/b"));

        assertThat(match.route()).isSameAs(writeOne);
        assertThat(match.names()).isEqualTo(Map.of("thing", "Pump 7", "property", "a/b"));
    }

    @Test
    void prefersLiteralsToNames() throws Exception {
        assertThat(find("GET", "Things", "x", "Properties", "Special")).isSameAs(special);
        assertThat(find("GET", "Things", "x", "Properties", "Other")).isSameAs(readOne);
        // What is no literal for this method is a name.
        assertThat(find("PUT", "Things", "x", "Properties", "Special")).isSameAs(writeOne);
    }

    @Test
    void takesCharacteristicsInAnyCaseButCollectionsExactly() throws Exception {
        assertThat(find("POST", "Things", "x", "services", "getPROPERTYvalues")).isSameAs(service);
        assertThat(find("GET", "Things", "x", "PROPERTIES")).isSameAs(readAll);
        assertStatus(404, () -> find("GET", "things", "x", "Properties"));
    }

    @Test
    void has404ForAddressesThatAreNotThere() {
        assertStatus(404, () -> find("GET", "Things"));
        assertStatus(404, () -> find("GET", ""));
        assertStatus(404, () -> find("GET", "Things", "x", "Properties", "p", "more"));
        assertStatus(404, () -> find("GET", "Things", "x", "Nothing"));
    }

    @Test
    void has405ForOtherMethodsAndNamesThoseThatThereAre() {
        assertStatus(405, () -> find("DELETE", "Things", "x", "Properties", "p"));
        assertThatThrownBy(() -> find("DELETE", "Things", "x", "Properties", "p"))
                .hasMessage("DELETE is not allowed here, GET and PUT would be");
        assertStatus(405, () -> find("GET", "Things", "x", "Services", "GetPropertyValues"));
    }

    private Route find(String method, String... address) throws RestException {
        return table.find(method, List.of(address)).route();
    }

    private static Route route(String method, String template) {
        Operation operation = Operation.of("Test", "Nothing");
        for (String segment : template.split("/", -1)) {
            if (Endpoint.isName(segment)) {
                operation = operation.path(segment.substring(1, segment.length() - 1), "A name");
            }
        }
        return Route.of(
                method,
                template,
                Route.Access.READ,
                operation,
                exchange -> CompletableFuture.completedFuture(Reply.empty()));
    }

    private static void assertStatus(int status, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        RestException.class, e -> assertThat(e.status()).isEqualTo(status));
    }
}
