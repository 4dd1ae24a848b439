package org.steadfast.coordination.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** A certificate authority of the tests; its files live in their folder. */
public final class TestAuthority {
    /** Of every PKCS#12 file that it makes. */
    public static final String PASSWORD = "password of the tests";

    private final Path folder;
    private final Path store;

    /** Makes one with a key of its own. */
    public TestAuthority(Path folder, String name) throws Exception {
        this.folder = folder;
        this.store = folder.resolve(name + ".p12");
        keytool("-genkeypair", "-alias", "ca", "-dname", "CN=" + name, "-keyalg", "EC", "-ext", "bc:c");
    }

    /** A certificate for a name, such as {@code dns:localhost} or {@code ip:127.0.0.1}, in a PKCS#12 file. */
    public Path issue(String alias, String name, String algorithm, int days) throws Exception {
        keytool(
                "-genkeypair",
                "-alias",
                alias,
                "-signer",
                "ca",
                "-dname",
                "CN=" + alias,
                "-keyalg",
                algorithm,
                "-validity",
                Integer.toString(days),
                "-ext",
                "san=" + name);
        KeyStore all = load();
        KeyStore one = KeyStore.getInstance("PKCS12");
        one.load(null, null);
        char[] password = PASSWORD.toCharArray();
        one.setKeyEntry(alias, all.getKey(alias, password), password, all.getCertificateChain(alias));
        Path file = folder.resolve(alias + ".p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            one.store(out, password);
        }
        return file;
    }

    /** The authority's own certificate as a PEM file. */
    public Path certificate() throws Exception {
        Path file = folder.resolve(store.getFileName() + ".pem");
        Files.writeString(file, pem("CERTIFICATE", load().getCertificate("ca").getEncoded()));
        return file;
    }

    /** The authority's own certificate. */
    X509Certificate own() throws Exception {
        return (X509Certificate) load().getCertificate("ca");
    }

    /** The chain of what was issued, as PEM. */
    String chain(String alias) throws Exception {
        StringBuilder chain = new StringBuilder("Text before the blocks is allowed.\n");
        for (Certificate certificate : load().getCertificateChain(alias)) {
            chain.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return chain.toString();
    }

    /** The key of what was issued, as PEM. */
    String key(String alias) throws Exception {
        return pem("PRIVATE KEY", privateKey(alias).getEncoded());
    }

    String encryptedKey(String alias, String password) throws Exception {
        String scheme = "PBEWithHmacSHA256AndAES_256";
        Cipher cipher = Cipher.getInstance(scheme);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(scheme).generateSecret(new PBEKeySpec(password.toCharArray())));
        byte[] encrypted = cipher.doFinal(privateKey(alias).getEncoded());
        // Java 17 itself cannot write this form, which is that of openssl: { { PBES2, parameters }, encrypted }.
        ByteArrayOutputStream algorithm = new ByteArrayOutputStream();
        algorithm.writeBytes(HexFormat.of().parseHex("06092a864886f70d01050d"));
        algorithm.writeBytes(cipher.getParameters().getEncoded());
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(der(0x30, algorithm.toByteArray()));
        content.writeBytes(der(4, encrypted));
        return pem("ENCRYPTED PRIVATE KEY", der(0x30, content.toByteArray()));
    }

    private static byte[] der(int type, byte[] content) {
        ByteArrayOutputStream der = new ByteArrayOutputStream();
        der.write(type);
        if (content.length >= 0x100) {
            der.write(0x82);
            der.write(content.length >> 8);
        } else if (content.length >= 0x80) {
            der.write(0x81);
        }
        der.write(content.length);
        der.writeBytes(content);
        return der.toByteArray();
    }

    private PrivateKey privateKey(String alias) throws Exception {
        return (PrivateKey) load().getKey(alias, PASSWORD.toCharArray());
    }

    /** Puts a file in another's place in one step. */
    public static void replace(Path file, Path by) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.copy(by, beside, StandardCopyOption.REPLACE_EXISTING);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private KeyStore load() throws Exception {
        KeyStore all = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            all.load(in, PASSWORD.toCharArray());
        }
        return all;
    }

    static String pem(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + type + "-----\n";
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + output);
        }
    }
}
