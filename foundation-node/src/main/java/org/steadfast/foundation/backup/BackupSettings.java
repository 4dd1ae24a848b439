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
                        "How many of these backups stay; when one is made the oldest beyond it are removed. Those made by the command are left alone.")
        int keep,

        @Setting(
                key = "Files",
                byDefault = "true",
                meaning =
                        "Whether the files of repositories are part of them. Where there are more than 200,000 files and folders, leave them out and back up the ThingworxStorage location by other means.")
        boolean files,

        @Setting(
                key = "LeastFreeMegabytes",
                byDefault = "1024",
                min = 0,
                max = 1073741824,
                meaning =
                        "How many megabytes stay free where backups are, also those by the command: a backup that would leave less is given up. The database may be on the same disk.")
        int leastFreeMegabytes) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.BackupSettings";

    /** When backups are made. */
    public CronPlan plan() {
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
