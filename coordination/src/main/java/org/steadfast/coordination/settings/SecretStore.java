package org.steadfast.coordination.settings;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
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
import java.util.Collections;
import java.util.List;
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
    private static final String NEXT_PASSWORD = "keystore-password.next";
    private static final String TYPE = "PKCS12";
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
            Opened keystore = open();
            return Optional.ofNullable(keystore.secret(name)).map(Secret::new);
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(e);
        }
    }

    /**
     * The names of all secrets, without the prefix, in alphabetical order.
     *
     * @throws IOException if the keystore is there and cannot be opened
     */
    public List<String> names() throws IOException {
        if (!Files.exists(folder.resolve(KEYSTORE))) {
            return List.of();
        }
        try {
            return Collections.list(open().store().aliases()).stream().sorted().toList();
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(e);
        }
    }

    /** Keeps a secret under a name, replacing the one before it. Makes the keystore where there is none. */
    public void put(String name, Secret secret) throws IOException {
        try {
            Opened keystore = Files.exists(folder.resolve(KEYSTORE)) ? open() : make();
            keystore.put(name, secret.reveal());
            write(keystore);
        } catch (IOException | GeneralSecurityException e) {
            throw unwritable(e);
        }
    }

    /** Forgets a secret, and tells whether there was one. */
    public boolean remove(String name) throws IOException {
        if (find(name).isEmpty()) {
            return false;
        }
        try {
            Opened keystore = open();
            keystore.store().deleteEntry(name);
            write(keystore);
            return true;
        } catch (IOException | GeneralSecurityException e) {
            throw unwritable(e);
        }
    }

    /**
     * Gives the keystore another password. Whoever reads it meanwhile finds it openable: the new password is there beside the old one
     * before the keystore has it, and takes the old one's place after that, also where this was interrupted before.
     */
    public void changePassword() throws IOException {
        try {
            Opened before = open();
            if (before.passwordFile().equals(folder.resolve(NEXT_PASSWORD))) {
                Files.move(before.passwordFile(), folder.resolve(PASSWORD), StandardCopyOption.ATOMIC_MOVE);
            }
            Path next = folder.resolve(NEXT_PASSWORD);
            Files.deleteIfExists(next);
            char[] password = writePassword(next);
            Opened after = new Opened(empty(password), password, next);
            for (String name : Collections.list(before.store().aliases())) {
                after.put(name, before.secret(name));
            }
            write(after);
            Files.move(next, folder.resolve(PASSWORD), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | GeneralSecurityException e) {
            throw unwritable(e);
        }
    }

    /** A keystore in memory, and what opens it. */
    private record Opened(KeyStore store, char[] password, Path passwordFile) {
        /** Null where there is none of the name. */
        String secret(String name) throws GeneralSecurityException {
            KeyStore.Entry entry = store.getEntry(name, new KeyStore.PasswordProtection(password));
            return entry instanceof KeyStore.SecretKeyEntry secret
                    ? new String(secret.getSecretKey().getEncoded(), StandardCharsets.UTF_8)
                    : null;
        }

        void put(String name, String text) throws GeneralSecurityException {
            SecretKey key = new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), "AES");
            store.setEntry(name, new KeyStore.SecretKeyEntry(key), new KeyStore.PasswordProtection(password));
        }
    }

    /**
     * By the password, or by the next one where that is about to be changed; the latter may have taken the former's place between two
     * looks.
     */
    private Opened open() throws IOException, GeneralSecurityException {
        Path password = folder.resolve(PASSWORD);
        Path next = folder.resolve(NEXT_PASSWORD);
        try {
            return open(password);
        } catch (IOException first) {
            try {
                return Files.exists(next) ? open(next) : open(password);
            } catch (IOException second) {
                try {
                    return open(password);
                } catch (IOException third) {
                    first.addSuppressed(second);
                    first.addSuppressed(third);
                    throw first;
                }
            }
        }
    }

    private Opened open(Path passwordFile) throws IOException, GeneralSecurityException {
        char[] password = Files.readString(passwordFile).strip().toCharArray();
        KeyStore store = KeyStore.getInstance(TYPE);
        try (InputStream in = Files.newInputStream(folder.resolve(KEYSTORE))) {
            store.load(in, password);
        }
        return new Opened(store, password, passwordFile);
    }

    /** Where there is no keystore yet, with the password that is there, or a new one. */
    private Opened make() throws IOException, GeneralSecurityException {
        Path file = folder.resolve(PASSWORD);
        char[] password = Files.exists(file) ? Files.readString(file).strip().toCharArray() : writePassword(file);
        return new Opened(empty(password), password, file);
    }

    private static KeyStore empty(char[] password) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(TYPE);
        store.load(null, password);
        return store;
    }

    private void write(Opened keystore) throws IOException, GeneralSecurityException {
        Path temporary = folder.resolve(KEYSTORE + ".new");
        Files.deleteIfExists(temporary);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        keystore.store().store(bytes, keystore.password());
        writePrivate(temporary, bytes.toByteArray());
        Files.move(temporary, folder.resolve(KEYSTORE), StandardCopyOption.ATOMIC_MOVE);
    }

    private static char[] writePassword(Path file) throws IOException {
        String password = random().reveal();
        try {
            writePrivate(file, password.getBytes(StandardCharsets.US_ASCII));
        } catch (FileAlreadyExistsException e) {
            throw new IOException("two processes make the keystore password " + file + " at the same time", e);
        }
        return password.toCharArray();
    }

    /** On the disk before this returns: what takes its place next may be the only other copy. */
    private static void writePrivate(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }

    private IOException unreadable(Exception cause) {
        return new IOException("keystore " + folder.resolve(KEYSTORE) + " cannot be opened: " + cause, cause);
    }

    private IOException unwritable(Exception cause) {
        return new IOException("keystore " + folder.resolve(KEYSTORE) + " cannot be written: " + cause, cause);
    }
}
