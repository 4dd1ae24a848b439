package org.steadfast.coordination.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;

class TlsFilesTest {
    private static final String KEY_PASSWORD = "of the key";

    @TempDir
    private static Path folder;

    private static TestAuthority authority;
    private static Path keyStore;

    @BeforeAll
    static void issue() throws Exception {
        authority = new TestAuthority(folder, "authority");
        keyStore = authority.issue("EC", "dns:localhost", "EC", 90);
        authority.issue("RSA", "dns:localhost", "RSA", 90);
        authority.issue("Ed25519", "dns:localhost", "Ed25519", 90);
    }

    private static Path write(String name, String content) throws Exception {
        return Files.writeString(folder.resolve(name), content);
    }

    private static TlsFiles.Content read(Map<String, Object> settings) throws Exception {
        return new TlsFiles(TlsSample.of(settings)).read();
    }

    private static void assertRefused(Map<String, Object> settings, String setting, String message) {
        NodeFailure failure = catchThrowableOfType(NodeFailure.class, () -> read(settings));
        assertThat(failure)
                .hasMessageStartingWith("PlatformSettingsConfig.TlsSettings." + setting + ": ")
                .hasMessageContaining(message);
        assertThat(failure.getMessage()).doesNotContain("\n");
        assertThat(failure.exitCode()).isEqualTo(ExitCode.SETTINGS_INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void pemFilesOfEachKindOfKeyAreRead(String alias) throws Exception {
        Path certificates = write("chain.pem", authority.chain(alias));
        Path plain = write("key.pem", authority.key(alias));
        Path encrypted = write("encrypted.pem", authority.encryptedKey(alias, KEY_PASSWORD));
        CertificateChain chain = read(Map.of("CertificateFilePath", certificates, "KeyFilePath", plain))
                .chain()
                .orElseThrow();
        assertThat(chain.certificates()).hasSize(2);
        assertThat(chain.subject()).isEqualTo("CN=" + alias);
        assertThat(chain.belongsTogether()).isTrue();
        assertThat(read(Map.of(
                                "CertificateFilePath",
                                certificates,
                                "KeyFilePath",
                                encrypted,
                                "KeyPassword",
                                KEY_PASSWORD))
                        .chain()
                        .orElseThrow()
                        .key())
                .isEqualTo(chain.key());
    }

    @Test
    void aPkcs12FileIsRead() throws Exception {
        CertificateChain chain = read(Map.of("KeyStoreFilePath", keyStore, "KeyStorePassword", TestAuthority.PASSWORD))
                .chain()
                .orElseThrow();
        assertThat(chain.certificates()).hasSize(2);
        assertThat(chain.belongsTogether()).isTrue();
    }

    @Test
    void trustedAuthoritiesAreReadFromPem() throws Exception {
        assertThat(read(Map.of("TrustStoreFilePath", authority.certificate()))
                        .trusted()
                        .orElseThrow()
                        .getCertificate("authority0"))
                .isEqualTo(authority.own());
    }

    @Test
    void aWrongPasswordNamesItsSetting() throws Exception {
        assertRefused(
                Map.of("KeyStoreFilePath", keyStore, "KeyStorePassword", "another"),
                "KeyStorePassword",
                "does not open " + keyStore);
        Path certificates = write("chain.pem", authority.chain("RSA"));
        Path encrypted = write("encrypted.pem", authority.encryptedKey("RSA", KEY_PASSWORD));
        assertRefused(
                Map.of("CertificateFilePath", certificates, "KeyFilePath", encrypted, "KeyPassword", "another"),
                "KeyPassword",
                "does not open the key in " + encrypted);
        assertRefused(
                Map.of("CertificateFilePath", certificates, "KeyFilePath", encrypted),
                "KeyPassword",
                "is not set, and the key in " + encrypted + " is encrypted");
        assertRefused(
                Map.of("TrustStoreFilePath", keyStore, "TrustStorePassword", "another"),
                "TrustStorePassword",
                "does not open " + keyStore);
    }

    @Test
    void filesThatCannotBeUsedNameTheirSettingAndWhatIsWrong() throws Exception {
        Path missing = folder.resolve("missing");
        assertRefused(Map.of("KeyStoreFilePath", missing), "KeyStoreFilePath", "NoSuchFileException: " + missing);
        Path text = write("text", "this is neither");
        assertRefused(Map.of("KeyStoreFilePath", text), "KeyStoreFilePath", text + " is not a PKCS#12 file");
        assertRefused(
                Map.of("TrustStoreFilePath", text),
                "TrustStoreFilePath",
                text + " holds no PEM block BEGIN CERTIFICATE");
        assertRefused(
                Map.of("TrustStoreFilePath", keyStore, "TrustStorePassword", TestAuthority.PASSWORD),
                "TrustStoreFilePath",
                "holds no trusted certificate");
        Path chain = write("chain.pem", authority.chain("EC"));
        assertRefused(
                Map.of("CertificateFilePath", chain, "KeyFilePath", text),
                "KeyFilePath",
                "there is no PEM block BEGIN PRIVATE KEY");
        Path old = write("old.pem", TestAuthority.pem("RSA PRIVATE KEY", "x".getBytes(StandardCharsets.US_ASCII)));
        assertRefused(Map.of("CertificateFilePath", chain, "KeyFilePath", old), "KeyFilePath", "openssl pkcs8 -topk8");
        Path strange = write("strange.pem", TestAuthority.pem("ENCRYPTED PRIVATE KEY", new byte[] {0x30, 0}));
        assertRefused(
                Map.of("CertificateFilePath", chain, "KeyFilePath", strange, "KeyPassword", "any"),
                "KeyFilePath",
                "openssl pkcs8 -topk8 -v2 aes-256-cbc");
        Path rubbish = write("rubbish.pem", TestAuthority.pem("CERTIFICATE", new byte[10]));
        assertRefused(
                Map.of("CertificateFilePath", rubbish, "KeyFilePath", text),
                "CertificateFilePath",
                "holds a certificate that cannot be read");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        authority.issue("other", "dns:localhost", "EC", 90);
        Path chain = write("chain.pem", authority.chain("EC"));
        Path key = write("key.pem", authority.key("other"));
        assertRefused(
                Map.of("CertificateFilePath", chain, "KeyFilePath", key),
                "KeyFilePath",
                "does not belong to the first certificate in " + chain);
    }
}
