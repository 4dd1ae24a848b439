package org.steadfast.foundation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Weigher;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.steadfast.persistence.store.StoreException;

class RecentTest {
    private long now = 7;
    private String said = "first";
    private boolean away;
    private int questions;

    private final Recent<String, String> recent = new Recent<>(10, Weigher.singletonWeigher(), () -> now);

    private String get() throws StoreException {
        return recent.get("key", () -> {
            questions++;
            if (away) {
                throw new StoreException(StoreException.Kind.UNAVAILABLE, "as the test wants it");
            }
            return said;
        });
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void seesAChangeThatItWasNotToldOfAfterSeconds() throws Exception {
        assertThat(get()).isEqualTo("first");
        said = "second";
        pass(Duration.ofSeconds(9));
        assertThat(get()).isEqualTo("first");
        pass(Duration.ofSeconds(1));
        assertThat(recent.inMemory("key")).isEmpty();
        assertThat(get()).isEqualTo("second");
        assertThat(recent.inMemory("key")).contains("second");
        assertThat(questions).isEqualTo(2);
    }

    @Test
    void keepsWhatItKnowsWhileTheDatabaseIsAwayAndSeldomAsks() throws Exception {
        assertThat(get()).isEqualTo("first");
        said = "second";
        away = true;
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofSeconds(1));
            assertThat(get()).isEqualTo("first");
        }
        assertThat(questions).isBetween(10, 60);

        away = false;
        pass(Duration.ofSeconds(2));
        assertThat(get()).isEqualTo("second");
    }

    @Test
    void goesOnWithNothingThatIsKnownToBeWrong() throws Exception {
        assertThat(get()).isEqualTo("first");
        away = true;
        recent.forget("key");

        assertThatThrownBy(this::get).isInstanceOf(StoreException.class);
    }
}
