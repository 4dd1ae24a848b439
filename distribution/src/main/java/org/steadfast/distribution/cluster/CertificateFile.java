package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.steadfast.coordination.settings.Secret;

/** A PKCS#12 file with one private key, its certificate and the chain of that. Immutable. */
final class CertificateFile {
    /** An address and no name. */
    static final Pattern ADDRESS = Pattern.compile("[\\d.]+|.*:.*");

    /** Alternative names, as RFC 5280 numbers them. */
    private static final int NAME = 2;

    private static final int IP = 7;

    private final List<X509Certificate> chain;
    private final List<String> names;
    private final List<String> addresses;

    private CertificateFile(List<X509Certificate> chain) throws CertificateParsingException {
        this.chain = List.copyOf(chain);
        this.names = alternatives(chain.get(0), NAME);
        this.addresses = alternatives(chain.get(0), IP);
    }

    /** @throws IOException if it is none, or has another password */
    static CertificateFile read(Path file, Secret password) throws IOException {
        char[] opens = password.reveal().toCharArray();
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, opens);
            List<String> keys = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    keys.add(alias);
                }
            }
            if (keys.size() != 1) {
                throw new IOException("it has " + keys.size() + " private keys, and must have one");
            }
            // It may have another password than the file, which nodes would find out.
            var unused = store.getKey(keys.get(0), opens);
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate certificate : store.getCertificateChain(keys.get(0))) {
                chain.add((X509Certificate) certificate);
            }
            return new CertificateFile(chain);
        } catch (GeneralSecurityException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * The certificates in a file.
     *
     * @throws IOException if there are none in it as PEM
     */
    static List<X509Certificate> pem(Path file) throws IOException {
        // What Java would take, too, nodes take for something else.
        if (!Files.readString(file, StandardCharsets.ISO_8859_1).contains("-----BEGIN CERTIFICATE")) {
            throw new IOException("it has no certificate as PEM");
        }
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> certificates = new ArrayList<>();
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                certificates.add((X509Certificate) certificate);
            }
            return certificates;
        } catch (CertificateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static List<String> alternatives(X509Certificate certificate, int kind) throws CertificateParsingException {
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        return alternatives == null
                ? List.of()
                : alternatives.stream()
                        .filter(one -> one.get(0).equals(kind))
                        .map(one -> String.valueOf(one.get(1)))
                        .toList();
    }

    /** Names and addresses that the certificate is for. */
    List<String> names() {
        return Stream.concat(names.stream(), addresses.stream()).toList();
    }

    /** When it counts. */
    Instant until() {
        return chain.get(0).getNotAfter().toInstant();
    }

    /**
     * Why who trusts some authorities would not take it from a server; empty where he would.
     *
     * @param authorities empty: those that Java trusts
     */
    Optional<String> whyNotBy(List<X509Certificate> authorities) throws IOException {
        try {
            KeyStore trusted = null;
            if (!authorities.isEmpty()) {
                trusted = KeyStore.getInstance("PKCS12");
                trusted.load(null, null);
                for (int i = 0; i < authorities.size(); i++) {
                    trusted.setCertificateEntry("authority" + i, authorities.get(i));
                }
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager trust) {
                    trust.checkServerTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
                }
            }
            return Optional.empty();
        } catch (CertificateException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (GeneralSecurityException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** A name, and no address, by which it may be known where hosts are addresses, as by HAProxy. */
    Optional<String> name() {
        return names.stream()
                .filter(name -> !name.startsWith("*"))
                .findFirst()
                .or(() -> names.stream().findFirst().map(name -> "node" + name.substring(1)));
    }

    /** Whether whoever connects to a host takes it, by RFC 6125: an asterisk stands for the first part of a name alone. */
    boolean isFor(String host) {
        if (ADDRESS.matcher(host).matches()) {
            return addresses.contains(host);
        }
        String asked = host.toLowerCase(Locale.ROOT);
        return names.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .anyMatch(name -> name.equals(asked)
                        || (name.startsWith("*.")
                                && asked.indexOf('.') > 0
                                && asked.substring(asked.indexOf('.')).equals(name.substring(1))));
    }
}
