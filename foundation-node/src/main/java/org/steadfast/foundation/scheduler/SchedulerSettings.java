package org.steadfast.foundation.scheduler;

import java.time.Duration;
import org.steadfast.coordination.settings.Setting;

/** How timers and schedulers are fired. */
public record SchedulerSettings(
        @Setting(
                key = "MisfireThreshold",
                byDefault = "1 s",
                min = 100,
                max = 3600000,
                meaning =
                        "How late a fire time may be fired before it counts as missed, and the misfire policy of its timer or scheduler says what becomes of it.")
        Duration misfireThreshold,

        @Setting(
                key = "RunRetention",
                byDefault = "7 d",
                min = 3600000,
                max = 31536000000L,
                meaning =
                        "How long the records of fires and of what was run on them are kept. They also keep what a fire starts from being run twice.")
        Duration runRetention,

        @Setting(
                key = "SkewWarning",
                byDefault = "1 s",
                min = 10,
                max = 3600000,
                meaning =
                        "How far the clock of this machine may be from the database's before a warning is logged. Fire times are by the database's.")
        Duration skewWarning) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.SchedulerSettings";
}
