package org.steadfast.foundation.ingestion;

import java.time.Duration;
import org.steadfast.coordination.settings.Setting;

/** How a node collects updates into batches. */
public record IngestionSettings(
        @Setting(
                key = "Lanes",
                byDefault = "2",
                min = 1,
                max = 64,
                meaning =
                        "How many batches may be written at the same time; each lane is one thread and one database connection.")
        int lanes,

        @Setting(
                key = "MostValuesPerBatch",
                byDefault = "500",
                min = 1,
                max = 10000,
                meaning = "How many values one transaction writes at most.")
        int mostValuesPerBatch,

        @Setting(
                key = "MostWaitingUpdates",
                byDefault = "8192",
                min = 1,
                max = 1000000,
                meaning = "How many updates may wait in one lane; further ones are refused with 503.")
        int mostWaitingUpdates,

        @Setting(
                key = "MostWaitingMegabytes",
                byDefault = "32",
                min = 1,
                max = 65536,
                meaning =
                        "How many megabytes of updates may wait or be on their way in one lane; further ones are refused with 503.")
        int mostWaitingMegabytes,

        @Setting(
                key = "PublishingBatches",
                byDefault = "4",
                min = 1,
                max = 64,
                meaning =
                        "How many committed batches of a lane may be on their way into shared state while the lane writes on.")
        int publishingBatches,

        @Setting(
                key = "GatheringTime",
                byDefault = "100 ms",
                min = 0,
                max = 1000,
                meaning =
                        "How long updates that do not fill a batch wait at most for a batch of their lane that is on its way into shared state. Fewer and larger batches cost the cluster less.")
        Duration gatheringTime,

        @Setting(
                key = "WriteDeadline",
                byDefault = "12 s",
                min = 100,
                max = 600000,
                meaning =
                        "How long an update may take before it is answered 503, wherever it waits. It may take effect later than that. With 2 s more than CoordinatorSessionTimeout, updates only wait when a machine is lost, and are not refused.")
        Duration writeDeadline) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.IngestionSettings";
}
