package org.steadfast.coordination.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keystore that settings name secrets of as {@code encrypt.<name>}: a PKCS#12 file {@code keystore.p12} beside the settings,
 * opened by the password in {@code keystore-password}; both readable by their owner alone. Not safe for use by several processes
 * that write at once.
 */
public final class SecretStore {
    /** What a setting's text begins with where it names a secret. */
    public static final String PREFIX = "encrypt.";

    private static final String KEYSTORE = "keystore.p12";
    private static final String PASSWORD = "keystore-password";
    private static final int RANDOM_BYTES = 24;

    private final Path folder;

    /** @param folder the folder of the settings file */
    public SecretStore(Path folder) {
        this.folder = folder;
    }

    /** A new secret that cannot be guessed, of characters that need no quoting anywhere. */
    public static Secret random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /**
     * Finds a secret.
     *
     * @param name without the prefix {@value #PREFIX}
     * @throws IOException if the keystore is there and cannot be opened
     */
    public Optional<Secret> find(String name) throws IOException {
        if (!Files.exists(folder.resolve(KEYSTORE))) {
            return Optional.empty();
        }
        try {
            char[] password = password();
            KeyStore.Entry entry = load(password).getEntry(name, new KeyStore.PasswordProtection(password));
            if (!(entry instanceof KeyStore.SecretKeyEntry secret)) {
                return Optional.empty();
            }
            return Optional.of(new Secret(new String(secret.getSecretKey().getEncoded(), StandardCharsets.UTF_8)));
        } catch (IOException | GeneralSecurityException e) {
            throw new IOException("keystore " + folder.resolve(KEYSTORE) + " cannot be opened: " + e, e);
        }
    }

    /** Keeps a secret under a name, replacing the one before it. Makes the keystore where there is none. */
    public void put(String name, Secret secret) throws IOException {
        try {
            char[] password = password();
            KeyStore store = load(password);
            SecretKey key = new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), "AES");
            store.setEntry(name, new KeyStore.SecretKeyEntry(key), new KeyStore.PasswordProtection(password));
            Path temporary = folder.resolve(KEYSTORE + ".new");
            Files.deleteIfExists(temporary);
            try (OutputStream out = createPrivate(temporary)) {
                store.store(out, password);
            }
            Files.move(temporary, folder.resolve(KEYSTORE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | GeneralSecurityException e) {
            throw new IOException("keystore " + folder.resolve(KEYSTORE) + " cannot be written: " + e, e);
        }
    }

    private KeyStore load(char[] password) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        Path file = folder.resolve(KEYSTORE);
        if (!Files.exists(file)) {
            store.load(null, password);
            return store;
        }
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password);
        }
        return store;
    }

    /** The keystore's password; made where there is neither, and never for a keystore that has another one. */
    private char[] password() throws IOException {
        Path file = folder.resolve(PASSWORD);
        if (!Files.exists(file) && !Files.exists(folder.resolve(KEYSTORE))) {
            try (OutputStream out = createPrivate(file)) {
                out.write(random().reveal().getBytes(StandardCharsets.US_ASCII));
            } catch (FileAlreadyExistsException e) {
                throw new IOException("two processes make the keystore password " + file + " at the same time", e);
            }
        }
        return Files.readString(file).strip().toCharArray();
    }

    private static OutputStream createPrivate(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Channels.newOutputStream(channel);
    }
}
