package org.steadfast.coordination.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.coordination.settings.InvalidSettingsException;

class TlsSettingsTest {
    @Test
    void plainHttpIsTheDefault() throws Exception {
        TlsSettings settings = TlsSample.of(Map.of("ReloadInterval", "10 s"));
        assertThat(settings.enabled()).isFalse();
        assertThat(settings).isEqualTo(TlsSettings.off());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Enabled=true | Enabled is true, so KeyStoreFilePath or CertificateFilePath and KeyFilePath must be set",
                "KeyStoreFilePath=a KeyFilePath=b CertificateFilePath=c | KeyStoreFilePath and CertificateFilePath or KeyFilePath are both set",
                "CertificateFilePath=c | CertificateFilePath and KeyFilePath belong together",
                "RequireLinkCertificate=true | RequireLinkCertificate is true, so Enabled must be true",
                "RequireLinkCertificate=true Enabled=true KeyStoreFilePath=a | RequireLinkCertificate is true, so TrustStoreFilePath must name",
            })
    void settingsThatDoNotGoTogetherAreTold(String settings, String message) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String setting : settings.split(" ")) {
            values.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
        }
        InvalidSettingsException failure =
                catchThrowableOfType(InvalidSettingsException.class, () -> TlsSample.of(values));
        assertThat(failure).hasMessageStartingWith(TlsSettings.PATH + ": " + message);
    }
}
