package org.steadfast.foundation.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.StoredValue;

class PublisherTest {
    private static final List<StoredValue> VALUES =
            List.of(new StoredValue(new PropertyKey(1, "p"), new byte[0], 0, "GOOD", 1));

    private final FakeState state = new FakeState();
    private final ConcurrentLinkedQueue<String> hopeless = new ConcurrentLinkedQueue<>();
    private final Publisher publisher = new Publisher(state, hopeless::add, 1);

    @Test
    void completesWhenTheValuesAreThere() {
        state.hold();
        CompletableFuture<Void> published = publisher.publish(VALUES);
        assertThat(published).isNotDone();

        state.letThrough();
        assertThat(published).isCompleted();
        assertThat(state.begun()).containsExactly(VALUES);
    }

    @Test
    void triesAgainWhereMembershipChanges() throws Exception {
        state.failNext(5);

        publisher.publish(VALUES).get(10, TimeUnit.SECONDS);

        assertThat(state.begun()).containsExactly(VALUES);
        assertThat(hopeless).isEmpty();
    }

    @Test
    void asksForTheEndOfTheNodeWhereNothingHelps() {
        state.failNext(Integer.MAX_VALUE);

        CompletableFuture<Void> published = publisher.publish(VALUES);

        await().until(() -> !hopeless.isEmpty());
        assertThat(published).isCompletedExceptionally();
        assertThat(hopeless).singleElement().asString().contains("could not be published");
    }
}
