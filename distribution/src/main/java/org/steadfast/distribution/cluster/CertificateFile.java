package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.steadfast.coordination.settings.Secret;

/**
 * A PKCS#12 file with one private key and its certificate.
 *
 * @param names names and addresses that the certificate is for
 * @param until when it counts
 */
record CertificateFile(List<String> names, Instant until) {
    /** An address and no name. */
    static final Pattern ADDRESS = Pattern.compile("[\\d.]+|.*:.*");

    /** Names and addresses among the alternative names, as RFC 5280 numbers them. */
    private static final Set<Integer> ALTERNATIVES = Set.of(2, 7);

    CertificateFile {
        names = List.copyOf(names);
    }

    /** @throws IOException if it is none, or has another password */
    static CertificateFile read(Path file, Secret password) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password.reveal().toCharArray());
            List<String> keys = Collections.list(store.aliases());
            keys.removeIf(alias -> !isKey(store, alias));
            if (keys.size() != 1) {
                throw new IOException("it has " + keys.size() + " private keys, and must have one");
            }
            if (!(store.getCertificate(keys.get(0)) instanceof X509Certificate certificate)) {
                throw new IOException("its certificate is none of X.509");
            }
            return new CertificateFile(
                    names(certificate), certificate.getNotAfter().toInstant());
        } catch (GeneralSecurityException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static boolean isKey(KeyStore store, String alias) {
        try {
            return store.isKeyEntry(alias);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key store that was loaded says what it has", e);
        }
    }

    private static List<String> names(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        return alternatives == null
                ? List.of()
                : alternatives.stream()
                        .filter(one -> ALTERNATIVES.contains(one.get(0)))
                        .map(one -> String.valueOf(one.get(1)))
                        .toList();
    }

    /** A name, and no address, by which it may be known where hosts are addresses, as by HAProxy. */
    Optional<String> name() {
        return names.stream()
                .filter(name -> !ADDRESS.matcher(name).matches() && !name.startsWith("*"))
                .findFirst();
    }

    /** Whether whoever connects to a host takes it, by RFC 6125: an asterisk stands for the first part of a name alone. */
    boolean isFor(String host) {
        String asked = host.toLowerCase(Locale.ROOT);
        return names.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .anyMatch(name -> name.equals(asked)
                        || (name.startsWith("*.")
                                && asked.indexOf('.') > 0
                                && asked.substring(asked.indexOf('.')).equals(name.substring(1))));
    }
}
