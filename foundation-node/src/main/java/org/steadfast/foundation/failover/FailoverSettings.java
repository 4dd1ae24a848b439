package org.steadfast.foundation.failover;

import java.time.Duration;
import java.util.List;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.settings.Setting;
import org.steadfast.persistence.failover.FailoverPolicy;
import org.steadfast.persistence.failover.ServerAddress;

/** Whether the cluster itself promotes a standby of the database, and how. For databases that are not behind Pgpool-II. */
public record FailoverSettings(
        @Setting(
                key = "enabled",
                byDefault = "false",
                meaning =
                        "Whether one node of the cluster watches over the servers of the database: it sets which standbys a commit waits for, promotes a standby when the primary is gone, and has the others follow it.")
        boolean enabled,

        @Setting(
                key = "servers",
                byDefault = "",
                pattern = "[^:,\\s]+:[0-9]{1,5}",
                meaning =
                        "Those servers, as host:port, where jdbcUrl has the address of Pgpool-II. Empty: those in jdbcUrl.")
        List<String> servers,

        @Setting(
                key = "policy",
                byDefault = "durability",
                meaning =
                        "What gives way where no standby is left. durability: writes wait for one, so that what is acknowledged is on two servers always; with two servers in all, writes wait as long as either is away. availability: writes go on with the primary alone.")
        FailoverPolicy policy,

        @Setting(
                key = "after",
                byDefault = "1500",
                min = 500,
                max = 3600000,
                meaning = "How long the primary must not answer before a standby is promoted.")
        Duration after,

        @Setting(
                key = "username",
                byDefault = "",
                meaning =
                        "A role with the rights that templates/postgresql/failover-role.sql grants. Empty: the platform's own, which needs them then.")
        String username,

        @Setting(key = "password", byDefault = "", meaning = "That role's password.")
        Secret password) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PersistenceProviderPackageConfigs.PostgresPersistenceProviderPackage.Failover";

    public FailoverSettings {
        servers = List.copyOf(servers);
    }

    /** The servers that are watched over. */
    public List<ServerAddress> watched(List<ServerAddress> inAddress) {
        return servers.isEmpty()
                ? inAddress
                : servers.stream().map(ServerAddress::parse).toList();
    }
}
