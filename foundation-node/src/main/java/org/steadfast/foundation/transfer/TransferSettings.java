package org.steadfast.foundation.transfer;

import java.time.Duration;
import org.steadfast.coordination.settings.Setting;

/** Copies of files between devices and repositories. */
public record TransferSettings(
        @Setting(
                key = "MostTransfers",
                byDefault = "16",
                min = 1,
                max = 1000,
                meaning = "How many files a node copies at the same time; others wait.")
        int mostTransfers,

        @Setting(
                key = "MostWaiting",
                byDefault = "1000",
                min = 1,
                max = 100000,
                meaning = "How many copies may wait for their turn; further ones are answered 503.")
        int mostWaiting,

        @Setting(
                key = "IdleTimeout",
                byDefault = "60 s",
                min = 1000,
                max = 86400000,
                meaning =
                        "How long a copy that has begun may stand still, because its device is not connected or does not answer, before it is given up. A device that comes back before goes on where it was.")
        Duration idleTimeout,

        @Setting(
                key = "BlockBytes",
                byDefault = "128000",
                min = 1024,
                max = 524288,
                meaning =
                        "How many bytes go over the connection at a time; less where the device says that it takes less.")
        int blockBytes) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.FileTransferSettings";
}
