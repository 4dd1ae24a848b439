package org.steadfast.foundation.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.steadfast.persistence.store.ApplicationKeyStore;
import org.steadfast.persistence.store.StoreException;

class ApplicationKeysTest {
    private static final String KEY = "a key that nobody guesses";

    private final FakeKeys store = new FakeKeys();
    private final ApplicationKeys keys = new ApplicationKeys(store);

    @Test
    void findsWhoAKeyStandsFor() throws Exception {
        keys.put("one", KEY, new Principal("user", true));

        assertThat(keys.find(KEY)).contains(new Principal("user", true));
        assertThat(keys.find(KEY + "x")).isEmpty();
        assertThat(store.held.toString()).doesNotContain(KEY);
        assertThat(store.held.keySet()).allSatisfy(hash -> assertThat(hash).hasSize(64));
    }

    @Test
    void asksTheStoreOnceForAKeyThatItFoundAndEachTimeForOneThatItDidNot() throws Exception {
        keys.put("one", KEY, new Principal("user", false));
        for (int i = 0; i < 3; i++) {
            assertThat(keys.find(KEY)).isPresent();
        }
        assertThat(store.lookUps).isEqualTo(1);

        for (int i = 0; i < 3; i++) {
            assertThat(keys.find("wrong")).isEmpty();
        }
        assertThat(store.lookUps).isEqualTo(4);
    }

    @Test
    void neverAsksForKeysThatCannotBe() throws Exception {
        assertThat(keys.find("")).isEmpty();
        assertThat(keys.find("x".repeat(513))).isEmpty();
        assertThat(store.lookUps).isZero();
    }

    @Test
    void goesOnWithWhatItKnowsWhileTheDatabaseIsAway() throws Exception {
        keys.put("one", KEY, new Principal("user", false));
        assertThat(keys.find(KEY)).isPresent();

        store.away = true;

        assertThat(keys.find(KEY)).isPresent();
        assertThatThrownBy(() -> keys.find("another"))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.UNAVAILABLE));
    }

    @Test
    void givesPrincipalsATokenThatOnlyItReads() {
        for (Principal principal : List.of(new Principal("user", true), new Principal("rw:user", false))) {
            assertThat(Principal.ofToken(principal.toToken())).isEqualTo(principal);
        }
        assertThatThrownBy(() -> Principal.ofToken("root")).isInstanceOf(IllegalArgumentException.class);
    }

    /** Keeps application keys in memory. */
    private static final class FakeKeys implements ApplicationKeyStore {
        private final Map<String, ApplicationKey> held = new HashMap<>();
        private int lookUps;
        private boolean away;

        @Override
        public Optional<ApplicationKey> find(byte[] keyHash) throws StoreException {
            lookUps++;
            if (away) {
                throw new StoreException(StoreException.Kind.UNAVAILABLE, "as the test wants it");
            }
            return Optional.ofNullable(held.get(HexFormat.of().formatHex(keyHash)));
        }

        @Override
        public void put(ApplicationKey key, byte[] keyHash) {
            held.put(HexFormat.of().formatHex(keyHash), key);
        }
    }
}
