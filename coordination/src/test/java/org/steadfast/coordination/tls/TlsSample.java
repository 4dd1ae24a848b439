package org.steadfast.coordination.tls;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.SettingsFile;
import org.steadfast.coordination.settings.SettingsReader;

/** TLS settings of the tests, which look at their files often. */
public final class TlsSample {
    private TlsSample() {}

    /** Settings by their keys. */
    public static TlsSettings of(Map<String, Object> values) throws InvalidSettingsException {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        ObjectNode section = tree.putObject("PlatformSettingsConfig").putObject("TlsSettings");
        section.put("ReloadInterval", "100 ms");
        values.forEach((key, value) -> section.put(key, value.toString()));
        SettingsReader reader =
                new SettingsReader(new SettingsFile(Path.of("").toAbsolutePath(), tree), Map.of(), Set.of());
        TlsSettings settings = reader.section(TlsSettings.PATH, TlsSettings.class);
        reader.finish();
        return settings;
    }

    /** A port with the certificate in a PKCS#12 file. */
    public static TlsSettings listener(Path keyStore) throws InvalidSettingsException {
        return of(Map.of("Enabled", true, "KeyStoreFilePath", keyStore, "KeyStorePassword", TestAuthority.PASSWORD));
    }
}
