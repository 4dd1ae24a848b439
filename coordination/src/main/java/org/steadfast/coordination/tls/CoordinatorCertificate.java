package org.steadfast.coordination.tls;

import java.nio.file.Path;
import java.util.Optional;
import org.steadfast.coordination.settings.SettingsReader;

/**
 * With what somebody speaks with coordinators who has no use for TLS besides: a coordinator itself, or a command. The installer reads it
 * too, which has no library for opening it; see {@link NodeTls#open(CoordinatorCertificate)}.
 *
 * @param settings with whose problem, if there is one, the reader's end will tell; null then
 * @param certificate empty where they are spoken with without TLS: its files need not be there
 */
public record CoordinatorCertificate(CoordinatorTlsSettings settings, Optional<TlsSettings> certificate) {

    /** Reads what is needed of the settings, and nothing else; {@link SettingsReader#finish} is still to be called. */
    public static CoordinatorCertificate read(SettingsReader reader) {
        CoordinatorTlsSettings settings = reader.section(CoordinatorTlsSettings.PATH, CoordinatorTlsSettings.class);
        return new CoordinatorCertificate(
                settings,
                settings != null && settings.enabled()
                        ? Optional.ofNullable(reader.section(TlsSettings.PATH, TlsSettings.class))
                        : Optional.empty());
    }

    /** The folder of its copies, where there are any. */
    public Optional<Path> copiesFolder() {
        return certificate.map(shown -> settings.copiesFolder());
    }
}
