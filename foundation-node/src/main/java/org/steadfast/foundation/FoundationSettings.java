package org.steadfast.foundation;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.steadfast.coordination.settings.BasicSettings;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.SettingsFile;
import org.steadfast.coordination.settings.SettingsReader;
import org.steadfast.coordination.tls.CoordinatorTlsSettings;
import org.steadfast.coordination.tls.TlsSettings;
import org.steadfast.foundation.backup.BackupSettings;
import org.steadfast.foundation.event.EventSettings;
import org.steadfast.foundation.exchange.ExchangeSettings;
import org.steadfast.foundation.failover.FailoverSettings;
import org.steadfast.foundation.history.InfluxHistorySettings;
import org.steadfast.foundation.ingestion.IngestionSettings;
import org.steadfast.foundation.live.LiveSettings;
import org.steadfast.foundation.repository.RepositorySettings;
import org.steadfast.foundation.rest.RestSettings;
import org.steadfast.foundation.scheduler.SchedulerSettings;
import org.steadfast.foundation.script.ScriptSettings;
import org.steadfast.foundation.security.RateLimitSettings;
import org.steadfast.foundation.security.SecuritySettings;
import org.steadfast.foundation.sharedstate.SharedStateSettings;
import org.steadfast.foundation.transfer.TransferSettings;
import org.steadfast.foundation.webhook.WebhookSettings;

/** All settings of a foundation node. */
public record FoundationSettings(
        BasicSettings basic,
        ClusterSettings cluster,
        RestSettings rest,
        TlsSettings tls,
        CoordinatorTlsSettings coordinatorTls,
        SharedStateSettings sharedState,
        IngestionSettings ingestion,
        EventSettings events,
        WebhookSettings webhooks,
        LiveSettings live,
        SchedulerSettings scheduler,
        ExchangeSettings exchange,
        RepositorySettings repositories,
        TransferSettings transfers,
        BackupSettings backups,
        DatabaseSettings database,
        FailoverSettings failover,
        InfluxHistorySettings influx,
        ScriptSettings scripts,
        AdministratorSettings administrator,
        SecuritySettings security,
        RateLimitSettings rateLimits) {

    /**
     * Reads them.
     *
     * @param foreignSections sections of other kinds of nodes
     * @throws InvalidSettingsException with every problem
     */
    public static FoundationSettings read(
            SettingsFile file, Map<String, String> environment, Set<String> foreignSections)
            throws InvalidSettingsException {
        SettingsReader reader = new SettingsReader(file, environment, foreignSections);
        FoundationSettings settings = new FoundationSettings(
                reader.section(BasicSettings.PATH, BasicSettings.class),
                reader.section(ClusterSettings.PATH, ClusterSettings.class),
                reader.section(RestSettings.PATH, RestSettings.class),
                reader.section(TlsSettings.PATH, TlsSettings.class),
                reader.section(CoordinatorTlsSettings.PATH, CoordinatorTlsSettings.class),
                reader.section(SharedStateSettings.PATH, SharedStateSettings.class),
                reader.section(IngestionSettings.PATH, IngestionSettings.class),
                reader.section(EventSettings.PATH, EventSettings.class),
                reader.section(WebhookSettings.PATH, WebhookSettings.class),
                reader.section(LiveSettings.PATH, LiveSettings.class),
                reader.section(SchedulerSettings.PATH, SchedulerSettings.class),
                reader.section(ExchangeSettings.PATH, ExchangeSettings.class),
                reader.section(RepositorySettings.PATH, RepositorySettings.class),
                reader.section(TransferSettings.PATH, TransferSettings.class),
                reader.section(BackupSettings.PATH, BackupSettings.class),
                reader.section(DatabaseSettings.PATH, DatabaseSettings.class),
                reader.section(FailoverSettings.PATH, FailoverSettings.class),
                reader.section(InfluxHistorySettings.PATH, InfluxHistorySettings.class),
                reader.section(ScriptSettings.PATH, ScriptSettings.class),
                reader.section(AdministratorSettings.PATH, AdministratorSettings.class),
                reader.section(SecuritySettings.PATH, SecuritySettings.class),
                reader.section(RateLimitSettings.PATH, RateLimitSettings.class));
        settings.requireTimeoutWithinDeadline(reader);
        settings.requireServersToChooseFrom(reader);
        settings.requireLocationsApart(reader);
        if (settings.backups() != null) {
            settings.backups().requirePlan(reader);
        }
        reader.finish();
        return settings;
    }

    /** A script that goes on after its request was answered would do work that nobody waits for. */
    private void requireTimeoutWithinDeadline(SettingsReader reader) {
        // Either is null where it has problems of its own.
        if (scripts != null && rest != null && scripts.timeout().compareTo(rest.requestDeadline()) > 0) {
            reader.refuse(
                    ScriptSettings.PATH + ".ScriptTimeout",
                    "is " + scripts.timeout().toMillis() + " ms, longer than " + RestSettings.PATH
                            + ".RequestDeadline, " + rest.requestDeadline().toMillis()
                            + " ms; make it shorter or the deadline longer");
        }
    }

    private void requireLocationsApart(SettingsReader reader) {
        if (basic == null) {
            return;
        }
        Map<String, Path> folders = new LinkedHashMap<>();
        folders.put("Storage", basic.storage());
        folders.put("BackupStorage", basic.backupStorage());
        String setting = BasicSettings.PATH + ".AdditionalStorage";
        if (basic.additional().size() < basic.additionalStorage().size()) {
            reader.refuse(setting, "has two locations of the same name");
        }
        basic.additional().forEach((name, folder) -> {
            if (!folder.isAbsolute()) {
                reader.refuse(
                        setting, "has " + name + " in " + folder + ", which is no folder in full, from the root on");
            }
            folders.forEach((other, otherFolder) -> {
                if (folder.startsWith(otherFolder) || otherFolder.startsWith(folder)) {
                    reader.refuse(
                            setting,
                            "has " + name + " in " + folder + ", which lies in, or around, " + otherFolder + " of "
                                    + other + "; each location has a folder of its own");
                }
            });
            // None of them can have the name of another setting then.
            folders.put("AdditionalStorage " + name, folder);
        });
    }

    private void requireServersToChooseFrom(SettingsReader reader) {
        if (failover != null
                && failover.enabled()
                && database != null
                && failover.watched(database.address().servers()).size() < 2) {
            reader.refuse(
                    FailoverSettings.PATH + ".enabled",
                    "is true, and " + DatabaseSettings.PATH
                            + ".jdbcUrl has one server alone; name all servers there, as jdbc:postgresql://host1:5432,host2:5432/database, or in "
                            + FailoverSettings.PATH + ".servers where that is Pgpool-II");
        }
    }

    /** The sections that only foundation nodes read, with their records. */
    public static Map<String, Class<? extends Record>> sections() {
        Map<String, Class<? extends Record>> sections = new LinkedHashMap<>();
        sections.put(RestSettings.PATH, RestSettings.class);
        sections.put(SharedStateSettings.PATH, SharedStateSettings.class);
        sections.put(IngestionSettings.PATH, IngestionSettings.class);
        sections.put(EventSettings.PATH, EventSettings.class);
        sections.put(WebhookSettings.PATH, WebhookSettings.class);
        sections.put(LiveSettings.PATH, LiveSettings.class);
        sections.put(SchedulerSettings.PATH, SchedulerSettings.class);
        sections.put(ExchangeSettings.PATH, ExchangeSettings.class);
        sections.put(RepositorySettings.PATH, RepositorySettings.class);
        sections.put(TransferSettings.PATH, TransferSettings.class);
        sections.put(BackupSettings.PATH, BackupSettings.class);
        sections.put(DatabaseSettings.PATH, DatabaseSettings.class);
        sections.put(FailoverSettings.PATH, FailoverSettings.class);
        sections.put(InfluxHistorySettings.PATH, InfluxHistorySettings.class);
        sections.put(ScriptSettings.PATH, ScriptSettings.class);
        sections.put(AdministratorSettings.PATH, AdministratorSettings.class);
        sections.put(SecuritySettings.PATH, SecuritySettings.class);
        sections.put(RateLimitSettings.PATH, RateLimitSettings.class);
        return sections;
    }
}
