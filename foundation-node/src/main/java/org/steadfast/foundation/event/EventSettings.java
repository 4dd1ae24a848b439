package org.steadfast.foundation.event;

import java.time.Duration;
import org.steadfast.coordination.settings.Setting;

/** How events reach their subscriptions. */
public record EventSettings(
        @Setting(
                key = "Threads",
                byDefault = "8",
                min = 1,
                max = 256,
                meaning =
                        "How many subscriptions this node runs at a time. Those of one thing run one after the other.")
        int threads,

        @Setting(
                key = "MostWaiting",
                byDefault = "20000",
                min = 1,
                max = 10000000,
                meaning =
                        "How many events of this node may wait for their subscriptions. Beyond that, writes to properties that somebody subscribes to are refused with 503.")
        int mostWaiting,

        @Setting(
                key = "MostWaitingMegabytes",
                byDefault = "32",
                min = 1,
                max = 65536,
                meaning = "How many megabytes of such events may wait.")
        int mostWaitingMegabytes,

        @Setting(
                key = "SubscriptionDeadline",
                byDefault = "60 s",
                min = 100,
                max = 3600000,
                meaning =
                        "How long the next event of a thing waits at most for a subscription that does not end; the subscription then counts as failed.")
        Duration subscriptionDeadline,

        @Setting(
                key = "JournalWatch",
                byDefault = "2 s",
                min = 100,
                max = 600000,
                meaning = "How often this node looks for events in the journal that lost nodes have left behind.")
        Duration journalWatch) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.EventSettings";
}
