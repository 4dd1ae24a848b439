package org.steadfast.coordination.tls;

import java.nio.file.Path;
import org.steadfast.coordination.settings.Setting;

/** Whether the coordinator is spoken with over TLS. A section of its own: coordinators need no other setting of TLS where it is not. */
public record CoordinatorTlsSettings(
        @Setting(
                key = "Enabled",
                byDefault = "false",
                meaning =
                        "Whether nodes speak TLS with the servers of the coordinator, and these with each other. Each shows the certificate of its TlsSettings, which must be of an authority in the other's TrustStoreFilePath; who opens a connection looks also for the other's name or address, as CoordinatorHosts and Ensemble have it. The same for all nodes of a cluster; change it with all of them stopped.")
        boolean enabled,

        @Setting(
                key = "CopiesFolder",
                byDefault = "../work/tls",
                meaning =
                        "A folder of this machine, not on a network share, for copies of the certificate and the authorities: ZooKeeper reads them from files only, whenever a connection is opened. Their password is new in each process and is not written down.")
        Path copiesFolder) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.CoordinatorTlsSettings";

    /** Without TLS. */
    public static CoordinatorTlsSettings off() {
        return new CoordinatorTlsSettings(false, Path.of(""));
    }
}
