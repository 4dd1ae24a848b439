package org.steadfast.foundation.exchange;

import java.time.Duration;
import org.steadfast.coordination.settings.Setting;

/** Import and export of entities. */
public record ExchangeSettings(
        @Setting(
                key = "MostImportMegabytes",
                byDefault = "32",
                min = 1,
                max = 1024,
                meaning =
                        "How many megabytes an uploaded file may have, and, where it is an archive, all that it unpacks to. Longer ones are refused with 413.")
        int mostImportMegabytes,

        @Setting(
                key = "MostImportedEntities",
                byDefault = "20000",
                min = 1,
                max = 1000000,
                meaning = "How many entities one import may bring. They are stored in one transaction.")
        int mostImportedEntities,

        @Setting(
                key = "ImportDeadline",
                byDefault = "120 s",
                min = 1000,
                max = 3600000,
                meaning =
                        "How long an import or the upload of a package may take, in the place of RequestDeadline, before it is answered 503.")
        Duration importDeadline) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.ImportExportSettings";

    /** Most bytes of an upload, and of what it unpacks to. */
    public long mostImportBytes() {
        return (long) mostImportMegabytes << 20;
    }
}
