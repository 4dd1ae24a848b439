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
import java.util.List;
import java.util.Set;
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
    /** What the files hold; null before they are there. Used by whoever writes, one thread at a time. */
    private CertificateChain writtenChain;

    private Set<X509Certificate> writtenAuthorities;

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
        NodeFailure last = null;
        for (int number = 1; number <= MOST_FOLDERS; number++) {
            Path folder = parent.resolve(Integer.toString(number));
            makePrivate(folder);
            try {
                return new TlsCopies(
                        folder, FolderLock.take(folder), HexFormat.of().formatHex(random));
            } catch (NodeFailure e) {
                // Of another process, or of another user.
                last = e;
            }
        }
        throw new NodeFailure(
                ExitCode.STORAGE_UNUSABLE,
                "none of the " + MOST_FOLDERS + " folders in " + parent + " can be used; set "
                        + CoordinatorTlsSettings.PATH + ".CopiesFolder: " + last.getMessage(),
                last);
    }

    private static void makePrivate(Path folder) throws NodeFailure {
        try {
            Files.createDirectories(folder.getParent());
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            log.debug("{} is there already", folder);
        } catch (IOException e) {
            throw new NodeFailure(
                    ExitCode.STORAGE_UNUSABLE,
                    "the folder " + folder + " cannot be made; set " + CoordinatorTlsSettings.PATH + ".CopiesFolder: "
                            + e,
                    e);
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

    /**
     * Replaces each file whose content is another one now. By one thread at a time. ZooKeeper reads both whenever one changes, and the
     * reading of one change may come after that of a later one: so nothing is touched without need.
     */
    void write(LoadedTls loaded) throws IOException {
        CertificateChain chain = loaded.chain().orElseThrow();
        // Their order says nothing.
        Set<X509Certificate> authorities = Set.copyOf(List.of(loaded.trust().getAcceptedIssuers()));
        try {
            if (!authorities.equals(writtenAuthorities)) {
                KeyStore trusted = KeyStore.getInstance(FORMAT);
                trusted.load(null, null);
                int count = 0;
                for (X509Certificate authority : authorities) {
                    trusted.setCertificateEntry("authority" + count++, authority);
                }
                replace(trustStore(), trusted);
                writtenAuthorities = authorities;
            }
            if (!chain.equals(writtenChain)) {
                KeyStore keys = KeyStore.getInstance(FORMAT);
                keys.load(null, null);
                keys.setKeyEntry(
                        "node",
                        chain.key(),
                        password.toCharArray(),
                        chain.certificates().toArray(new Certificate[0]));
                replace(keyStore(), keys);
                writtenChain = chain;
            }
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
            log.warn(
                    "LEFTOVERS_STAY: the copies of certificates in {} cannot be removed; they are of no use to anybody",
                    folder,
                    e);
        }
    }
}
