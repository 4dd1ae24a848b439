package org.steadfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.settings.SecretStore;

/** What an operator does to the secrets of a cluster. */
class KeystoreCommandTest {
    @TempDir(factory = OpenTempFolder.class)
    private Path temp;

    private SecretStore store;

    @BeforeEach
    void layOut() {
        assertThat(CommandLineResult.of("cluster", "create", "--free-ports", "--instance=" + instance())
                        .status())
                .isZero();
        store = new SecretStore(instance().resolve("ThingworxPlatform"));
    }

    private Path instance() {
        return temp.resolve("instance");
    }

    private CommandLineResult keystore(String... words) {
        List<String> command = new ArrayList<>(List.of("cluster", "keystore"));
        command.addAll(List.of(words));
        command.add("--instance=" + instance());
        return CommandLineResult.of(command.toArray(String[]::new));
    }

    private Path file(String text) throws Exception {
        return Files.writeString(temp.resolve("secret"), text);
    }

    @Test
    void aSecretIsKeptListedAndForgottenAndNeverShown() throws Exception {
        CommandLineResult put = keystore("put", "influx.password", "--file=" + file("unmistakable\nmore\n"));
        assertThat(put.errors()).isEmpty();
        assertThat(put.out()).contains("encrypt.influx.password").doesNotContain("unmistakable");
        assertThat(store.find("influx.password")).contains(new Secret("unmistakable"));

        CommandLineResult list = keystore("list");
        assertThat(list.out().lines()).contains("influx.password", "link.key").isSorted();
        assertThat(list.out()).doesNotContain("unmistakable");

        assertThat(keystore("remove", "influx.password").status()).isZero();
        assertThat(store.find("influx.password")).isEmpty();
    }

    @Test
    void aSecretThatSettingsNameStays() throws Exception {
        CommandLineResult refused = keystore("remove", "link.key");
        assertThat(refused.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(refused.errors())
                .contains("encrypt.link.key is still named in")
                .contains("platform-settings.json");
        assertThat(store.find("link.key")).isPresent();
        // Its name only begins so.
        keystore("put", "link", "--file=" + file("x"));
        assertThat(keystore("remove", "link").status()).isZero();
    }

    @Test
    void anotherPasswordIsGivenAndNothingIsLost() throws Exception {
        Secret key = store.find("administrator.application.key").orElseThrow();
        Path password = instance().resolve("ThingworxPlatform/keystore-password");
        String before = Files.readString(password);

        assertThat(keystore("rekey").status()).isZero();

        assertThat(Files.readString(password)).isNotEqualTo(before);
        assertThat(store.find("administrator.application.key")).contains(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\nsecond line\n"})
    void anEmptySecretChangesNothing(String text) throws Exception {
        Secret before = store.find("link.key").orElseThrow();
        CommandLineResult refused = keystore("put", "link.key", "--file=" + file(text));
        assertThat(refused.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(refused.errors()).contains("the secret is empty");
        assertThat(store.find("link.key")).contains(before);
    }

    @Test
    void aNameThatSettingsCouldNotHaveIsRefused() throws Exception {
        CommandLineResult refused = keystore("put", "a b", "--file=" + file("x"));
        assertThat(refused.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(refused.errors()).contains("small letters, digits");
        assertThat(keystore("put", "Link.Key", "--file=" + file("x")).errors())
                .as("the keystore does not tell capital letters from small ones")
                .contains("small letters, digits");
        CommandLineResult capital = keystore("remove", "LINK.KEY");
        assertThat(capital.errors()).contains("still named");
        assertThat(keystore("remove", "nobody").errors()).contains("there is no secret nobody");
    }

    @Test
    void aFileThatIsNoTextIsNamed() throws Exception {
        assertThat(keystore("put", "link.key", "--file=/no/such").errors())
                .contains("--file must be a file", "/no/such cannot be read");
        Path latin = Files.write(temp.resolve("latin"), new byte[] {'a', (byte) 0xe4, 'b'});
        assertThat(keystore("put", "link.key", "--file=" + latin).errors())
                .contains(latin + " is not text in UTF-8; nothing was changed");
    }

    @Test
    void aClusterThatIsNotThereIsNamed() {
        CommandLineResult refused = CommandLineResult.of("cluster", "keystore", "list", "--instance=" + temp);
        assertThat(refused.status()).isEqualTo(ExitCode.STORAGE_UNUSABLE.code());
        assertThat(refused.errors()).contains("there is no cluster in " + temp);
    }
}
