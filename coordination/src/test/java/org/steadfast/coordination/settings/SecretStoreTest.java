package org.steadfast.coordination.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretStoreTest {
    @TempDir
    private Path folder;

    private SecretStore store;

    @BeforeEach
    void open() {
        store = new SecretStore(folder);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void givesBackWhatWasPut() throws Exception {
        store.put("one", new Secret("first"));
        store.put("two", new Secret("zweites – 二"));
        store.put("one", new Secret("replaced"));
        SecretStore other = new SecretStore(folder);
        assertThat(other.find("one")).contains(new Secret("replaced"));
        assertThat(other.find("two")).contains(new Secret("zweites – 二"));
        assertThat(other.find("three")).isEmpty();
    }

    @Test
    void filesAreForTheirOwnerAloneAndHoldNoSecretInPlainText() throws Exception {
        store.put("one", new Secret("hunter2-hunter2"));
        store.put("two", new Secret("hunter3-hunter3"));
        assertThat(files()).containsExactly("keystore-password", "keystore.p12");
        for (String file : files()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file))))
                    .isEqualTo("rw-------");
            assertThat(Files.readString(folder.resolve(file), StandardCharsets.ISO_8859_1))
                    .doesNotContain("hunter");
        }
    }

    @Test
    void lookingForASecretMakesNoFile() throws Exception {
        assertThat(store.find("one")).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void aLostPasswordFileIsNamedAndNotMadeAnew() throws Exception {
        store.put("one", new Secret("hunter2"));
        Files.delete(folder.resolve("keystore-password"));
        assertThatIOException()
                .isThrownBy(() -> store.find("one"))
                .withMessageContaining(folder.resolve("keystore.p12").toString())
                .withMessageContaining(folder.resolve("keystore-password").toString());
        assertThatIOException()
                .isThrownBy(() -> store.put("two", new Secret("hunter3")))
                .withMessageContaining(folder.resolve("keystore-password").toString());
        assertThat(files()).containsExactly("keystore.p12");
    }

    @Test
    void aWrongPasswordNamesTheKeystore() throws Exception {
        store.put("one", new Secret("hunter2"));
        Files.writeString(folder.resolve("keystore-password"), "not-the-password");
        assertThatIOException()
                .isThrownBy(() -> store.find("one"))
                .withMessageContaining(folder.resolve("keystore.p12").toString())
                .withMessageNotContaining("not-the-password");
    }

    @Test
    void aDamagedKeystoreIsNamedAndKept() throws Exception {
        store.put("one", new Secret("hunter2"));
        Files.writeString(folder.resolve("keystore.p12"), "damaged");
        assertThatIOException()
                .isThrownBy(() -> store.find("one"))
                .withMessageContaining(folder.resolve("keystore.p12").toString());
        assertThatIOException().isThrownBy(() -> store.put("one", new Secret("hunter3")));
        assertThat(folder.resolve("keystore.p12")).hasContent("damaged");
    }

    @Test
    void whatAnInterruptedWriteLeftIsReplaced() throws Exception {
        Files.writeString(folder.resolve("keystore.p12.new"), "half");
        store.put("one", new Secret("hunter2"));
        assertThat(store.find("one")).contains(new Secret("hunter2"));
        assertThat(files()).containsExactly("keystore-password", "keystore.p12");
    }

    @Test
    void secretsAreListedAndForgotten() throws Exception {
        assertThat(store.names()).isEmpty();
        assertThat(store.remove("one")).isFalse();
        store.put("two", new Secret("b"));
        store.put("one", new Secret("a"));
        assertThat(store.names()).containsExactly("one", "two");
        assertThat(store.remove("one")).isTrue();
        assertThat(store.names()).containsExactly("two");
        assertThat(store.find("one")).isEmpty();
    }

    @Test
    void anotherPasswordOpensTheSameSecrets() throws Exception {
        store.put("one", new Secret("hunter2"));
        String before = Files.readString(folder.resolve("keystore-password"));

        store.changePassword();

        assertThat(Files.readString(folder.resolve("keystore-password"))).isNotEqualTo(before);
        assertThat(new SecretStore(folder).find("one")).contains(new Secret("hunter2"));
        assertThat(files()).containsExactly("keystore-password", "keystore.p12");
    }

    @Test
    void aChangeOfThePasswordThatWasInterruptedLosesNothing() throws Exception {
        store.put("one", new Secret("hunter2"));
        Path password = folder.resolve("keystore-password");
        Path next = folder.resolve("keystore-password.next");
        Files.writeString(next, "not used yet");
        assertThat(store.find("one")).as("before the keystore had it").contains(new Secret("hunter2"));

        Files.copy(password, next, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(password, "used no longer");
        assertThat(store.find("one")).as("before it took the place").contains(new Secret("hunter2"));
        store.put("two", new Secret("hunter3"));

        store.changePassword();
        assertThat(store.find("one")).contains(new Secret("hunter2"));
        assertThat(store.find("two")).contains(new Secret("hunter3"));
        assertThat(files()).containsExactly("keystore-password", "keystore.p12");
    }

    @Test
    void whoReadsWhileThePasswordIsChangedNeverFails() throws Exception {
        store.put("one", new Secret("hunter2"));
        AtomicBoolean isOver = new AtomicBoolean();
        CompletableFuture<Void> changes = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < 30; i++) {
                    new SecretStore(folder).changePassword();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                isOver.set(true);
            }
        });
        while (!isOver.get()) {
            assertThat(store.find("one")).contains(new Secret("hunter2"));
        }
        changes.get(1, TimeUnit.MINUTES);
    }

    @Test
    void randomSecretsAreLongAndDiffer() {
        assertThat(Stream.generate(SecretStore::random).limit(100).map(Secret::reveal))
                .doesNotHaveDuplicates()
                .allMatch(secret -> secret.matches("[A-Za-z0-9_-]{32}"));
    }
}
