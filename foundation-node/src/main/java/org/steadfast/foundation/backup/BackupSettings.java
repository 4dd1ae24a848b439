package org.steadfast.foundation.backup;

import org.steadfast.coordination.settings.Setting;
import org.steadfast.coordination.settings.SettingsReader;
import org.steadfast.foundation.schedule.CronPlan;
import org.steadfast.foundation.schedule.InvalidScheduleException;

/** Backups that the cluster makes by itself. */
public record BackupSettings(
        @Setting(
                key = "enabled",
                byDefault = "true",
                meaning = "Whether the cluster makes backups by itself, into the ThingworxBackupStorage location.")
        boolean enabled,

        @Setting(
                key = "Schedule",
                byDefault = "0 0 2 * * ?",
                meaning =
                        "When, in Quartz's syntax: seconds, minutes, hours, day of month, month, day of week. What was missed, because no node was there or it failed, is made up for once.")
        String schedule,

        @Setting(key = "TimeZone", byDefault = "UTC", meaning = "Of the schedule: Europe/Berlin, or +02:00.")
        String timeZone,

        @Setting(
                key = "Keep",
                byDefault = "7",
                min = 1,
                max = 10000,
                meaning =
                        "How many backups stay, those made by the command among them; when one is made the oldest beyond it are removed.")
        int keep,

        @Setting(
                key = "Files",
                byDefault = "true",
                meaning =
                        "Whether the files of repositories are part of them. Where there are very many, leave them out and back up the ThingworxStorage location by other means.")
        boolean files) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.BackupSettings";

    /** When backups are made. */
    CronPlan plan() {
        try {
            return CronPlan.of(schedule, timeZone);
        } catch (InvalidScheduleException e) {
            throw new IllegalStateException("settings that were accepted cannot be read", e);
        }
    }

    /** Refuses times that are none. */
    public void requirePlan(SettingsReader reader) {
        try {
            CronPlan.of(schedule, timeZone);
        } catch (InvalidScheduleException e) {
            reader.refuse(PATH + (e.field().equals("timeZone") ? ".TimeZone" : ".Schedule"), e.what());
        }
    }
}
