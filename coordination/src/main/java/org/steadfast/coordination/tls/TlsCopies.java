package org.steadfast.coordination.tls;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.FolderLock;
import org.steadfast.coordination.chassis.NodeFailure;

/**
 * What a node shows and trusts, in two files for a library that takes it from files only. They lie in a folder that only this
 * process's user may enter, under a password that only this process knows: what a process that was killed leaves behind is
 * of no use, and is overwritten by the next one. Whoever reads a file gets all of it, at any time.
 */
public final class TlsCopies implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TlsCopies.class);

    /** The format of both files. */
    public static final String FORMAT = "PKCS12";

    /** More than processes on one machine. */
    private static final int MOST_FOLDERS = 1000;

    private static final int PASSWORD_BYTES = 24;

    private final Path folder;
    private final FolderLock lock;
    private final String password;

    private TlsCopies(Path folder, FolderLock lock, String password) {
        this.folder = folder;
        this.lock = lock;
        this.password = password;
    }

    /**
     * Takes the first of the numbered folders that no live process holds.
     *
     * @throws NodeFailure {@link ExitCode#STORAGE_UNUSABLE} if none can be made or written
     */
    static TlsCopies in(Path parent) throws NodeFailure {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        for (int number = 1; number <= MOST_FOLDERS; number++) {
            Path folder = parent.resolve(Integer.toString(number));
            try {
                makePrivate(folder);
                return new TlsCopies(
                        folder, FolderLock.take(folder), HexFormat.of().formatHex(random));
            } catch (NodeFailure e) {
                if (e.exitCode() != ExitCode.DATA_IN_USE) {
                    throw e;
                }
            } catch (IOException e) {
                throw new NodeFailure(
                        ExitCode.STORAGE_UNUSABLE,
                        "the folder " + folder + " cannot be made; set " + TlsSettings.PATH + ".CopiesFolder: " + e,
                        e);
            }
        }
        throw new NodeFailure(
                ExitCode.STORAGE_UNUSABLE,
                "the folder " + parent + " has " + MOST_FOLDERS + " folders that are all in use; set "
                        + TlsSettings.PATH + ".CopiesFolder");
    }

    private static void makePrivate(Path folder) throws IOException {
        Files.createDirectories(folder.getParent());
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            log.debug("{} is there already", folder);
        }
    }

    /** The node's private key with its certificate and the chain of that. */
    public Path keyStore() {
        return folder.resolve("certificate.p12");
    }

    /** The authorities that the node trusts. */
    public Path trustStore() {
        return folder.resolve("authorities.p12");
    }

    /** Of both files, and of the key. */
    public String password() {
        return password;
    }

    /** Replaces both files, one after the other. */
    void write(LoadedTls loaded) throws IOException {
        try {
            CertificateChain chain = loaded.chain().orElseThrow();
            KeyStore keys = KeyStore.getInstance(FORMAT);
            keys.load(null, null);
            keys.setKeyEntry(
                    "node",
                    chain.key(),
                    password.toCharArray(),
                    chain.certificates().toArray(new Certificate[0]));
            KeyStore trusted = KeyStore.getInstance(FORMAT);
            trusted.load(null, null);
            int count = 0;
            for (X509Certificate authority : loaded.trust().getAcceptedIssuers()) {
                trusted.setCertificateEntry("authority" + count++, authority);
            }
            replace(trustStore(), trusted);
            replace(keyStore(), keys);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java can write PKCS#12", e);
        }
    }

    private void replace(Path file, KeyStore store) throws IOException, GeneralSecurityException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try (OutputStream out = Files.newOutputStream(beside)) {
            store.store(out, password.toCharArray());
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes the files and frees the folder for another process. */
    @Override
    public void close() {
        try (FolderLock held = lock) {
            Files.deleteIfExists(keyStore());
            Files.deleteIfExists(trustStore());
        } catch (IOException e) {
            log.warn("The copies of certificates in {} cannot be removed; they are of no use to anybody", folder, e);
        }
    }
}
