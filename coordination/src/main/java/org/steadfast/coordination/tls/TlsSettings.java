package org.steadfast.coordination.tls;

import java.nio.file.Path;
import java.time.Duration;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.settings.Setting;

/** The certificate of a node, and whom it trusts; of a coordinator only where {@link CoordinatorTlsSettings} say so. */
public record TlsSettings(
        @Setting(
                key = "Enabled",
                byDefault = "false",
                meaning =
                        "Whether the node's port speaks TLS, and nothing else. Connection servers follow what each foundation node says of itself in discovery.")
        boolean enabled,

        @Setting(
                key = "KeyStoreFilePath",
                byDefault = "",
                meaning =
                        "A PKCS#12 file with one private key, its certificate and the chain of that. Either this, or CertificateFilePath and KeyFilePath.")
        Path keyStoreFile,

        @Setting(key = "KeyStorePassword", byDefault = "", meaning = "The password of the file KeyStoreFilePath.")
        Secret keyStorePassword,

        @Setting(
                key = "CertificateFilePath",
                byDefault = "",
                meaning = "A PEM file with the node's certificate first and the chain of that after it.")
        Path certificateFile,

        @Setting(
                key = "KeyFilePath",
                byDefault = "",
                meaning = "A PEM file with the certificate's private key as PKCS#8, encrypted or not.")
        Path keyFile,

        @Setting(
                key = "KeyPassword",
                byDefault = "",
                meaning = "The password of the key in the file KeyFilePath, where that is encrypted.")
        Secret keyPassword,

        @Setting(
                key = "TrustStoreFilePath",
                byDefault = "",
                meaning =
                        "A PEM or PKCS#12 file with the authorities whose certificates are accepted: those of foundation nodes by connection servers, and the other way round. Empty: those that Java trusts.")
        Path trustStoreFile,

        @Setting(
                key = "TrustStorePassword",
                byDefault = "",
                meaning = "The password of the file TrustStoreFilePath, where that is PKCS#12.")
        Secret trustStorePassword,

        @Setting(
                key = "RequireLinkCertificate",
                byDefault = "false",
                meaning =
                        "Whether a foundation node refuses links from connection servers that show no certificate of an authority in TrustStoreFilePath. Users and devices need none.")
        boolean requireLinkCertificate,

        @Setting(
                key = "BetweenFoundationNodes",
                byDefault = "false",
                meaning =
                        "Whether foundation nodes speak TLS also with each other, and take each other's word only with a certificate of an authority in TrustStoreFilePath; whose name it has is not looked at. Change it with all foundation nodes stopped: those with it and those without do not understand each other.")
        boolean betweenFoundationNodes,

        @Setting(
                key = "ReloadInterval",
                byDefault = "10 s",
                min = 100,
                max = 86400000,
                meaning =
                        "How often the node looks whether the files have changed; new connections then get the new certificate, those that are open stay.")
        Duration reloadInterval,

        @Setting(
                key = "ExpiryWarning",
                byDefault = "30 d",
                min = 0,
                max = 31536000000L,
                meaning = "So long before the certificate expires the log warns of it, once a day.")
        Duration expiryWarning) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.TlsSettings";

    public TlsSettings {
        boolean keyStore = isSet(keyStoreFile);
        boolean pem = isSet(certificateFile) || isSet(keyFile);
        if (enabled && !keyStore && !pem) {
            throw new IllegalArgumentException(
                    "Enabled is true, so KeyStoreFilePath or CertificateFilePath and KeyFilePath must be set");
        }
        if (keyStore && pem) {
            throw new IllegalArgumentException(
                    "KeyStoreFilePath and CertificateFilePath or KeyFilePath are both set; leave one of them out");
        }
        if (isSet(certificateFile) != isSet(keyFile)) {
            throw new IllegalArgumentException(
                    "CertificateFilePath and KeyFilePath belong together; set both or neither");
        }
        requireTrust("RequireLinkCertificate", requireLinkCertificate, enabled, trustStoreFile);
        requireTrust("BetweenFoundationNodes", betweenFoundationNodes, enabled, trustStoreFile);
    }

    private static void requireTrust(String setting, boolean isSet, boolean enabled, Path trustStoreFile) {
        if (isSet && !enabled) {
            throw new IllegalArgumentException(
                    setting + " is true, so Enabled must be true: certificates are shown over TLS only");
        }
        if (isSet && !isSet(trustStoreFile)) {
            throw new IllegalArgumentException(
                    setting + " is true, so TrustStoreFilePath must name the authority of the other nodes");
        }
    }

    /** Without TLS. */
    public static TlsSettings off() {
        Path none = Path.of("");
        Secret empty = new Secret("");
        return new TlsSettings(
                false,
                none,
                empty,
                none,
                none,
                empty,
                none,
                empty,
                false,
                false,
                Duration.ofSeconds(10),
                Duration.ofDays(30));
    }

    static boolean isSet(Path path) {
        return !path.toString().isEmpty();
    }
}
