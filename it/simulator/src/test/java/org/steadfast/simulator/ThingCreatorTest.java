package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpClient;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThingCreatorTest {
    private final FakeRestNode node = new FakeRestNode();

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void creates_and_enables_things_with_properties() throws Exception {
        create(List.of("a b"));

        assertThat(node.posts)
                .containsExactly(
                        "Resources/EntityServices/Services/CreateThing"
                                + " {\"name\":\"a b\",\"thingTemplateName\":\"RemoteThing\"}",
                        "Things/a%20b/Services/AddPropertyDefinition {\"name\":\"p1\",\"type\":\"NUMBER\"}",
                        "Things/a%20b/Services/AddPropertyDefinition {\"name\":\"p2\",\"type\":\"NUMBER\"}",
                        "Things/a%20b/Services/EnableThing {}");
    }

    @Test
    void what_exists_already_is_fine() throws Exception {
        node.statuses.put("CreateThing", 409);
        node.statuses.put("AddPropertyDefinition", 403);
        create(List.of("a"));

        assertThat(node.posts).hasSize(4);
    }

    @Test
    void first_error_ends_it() {
        node.statuses.put("CreateThing", 500);

        assertThatThrownBy(() -> create(java.util.Collections.nCopies(500, "a")))
                .isInstanceOf(RestException.class)
                .hasMessageContaining("CreateThing")
                .hasMessageContaining("500");
        assertThat(node.posts).hasSizeLessThan(400);
    }

    private void create(List<String> things) throws RestException, InterruptedException {
        new ThingCreator(new RestNode(HttpClient.newHttpClient(), node.address(), FakeServer.KEY))
                .create(things, List.of("p1", "p2"), () -> false);
    }
}
