package org.steadfast.foundation.script;

import java.time.Duration;
import org.steadfast.coordination.settings.Setting;

/** How services and subscriptions in JavaScript are run. */
public record ScriptSettings(
        @Setting(
                key = "Threads",
                byDefault = "4",
                min = 1,
                max = 1000,
                meaning =
                        "How many scripts run at the same time. Threads times ScriptMemoryMegabytes should not be more than half of the heap.")
        int threads,

        @Setting(
                key = "MostWaiting",
                byDefault = "1000",
                min = 1,
                max = 1000000,
                meaning = "How many scripts may wait for a thread; further ones are refused with 503.")
        int mostWaiting,

        @Setting(
                key = "ScriptTimeout",
                byDefault = "10 s",
                min = 10,
                max = 600000,
                meaning =
                        "How long a script may take, with all that it waits for; then it is ended. Not more than RequestDeadline of FoundationNodeSettings.")
        Duration timeout,

        @Setting(
                key = "ScriptMemoryMegabytes",
                byDefault = "48",
                min = 8,
                max = 65536,
                meaning =
                        "How many megabytes a script may allocate in any case. Beyond that it goes on only while half of the heap is free.")
        int memoryMegabytes) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.ScriptSettings";
}
