package org.steadfast.coordination.coordinator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.steadfast.coordination.settings.Setting;

/** One server of the coordinator. Without {@code Ensemble} it stands alone. */
public record CoordinatorSettings(
        @Setting(key = "Host", byDefault = "127.0.0.1", meaning = "Address that clients connect to.")
        String host,

        @Setting(
                key = "ClientPort",
                byDefault = "2181",
                min = 1,
                max = 65535,
                meaning = "Port that clients connect to.")
        int clientPort,

        @Setting(
                key = "ServerId",
                byDefault = "1",
                min = 1,
                max = 255,
                meaning = "This server's number in the ensemble.")
        int serverId,

        @Setting(
                key = "Ensemble",
                byDefault = "",
                meaning =
                        "All servers of the ensemble as id=host:peerPort:electionPort; an odd number, three at least. Empty: this server stands alone.")
        List<String> ensemble,

        @Setting(key = "DataFolder", byDefault = "../coordinator/data", meaning = "Where snapshots are kept.")
        Path dataFolder,

        @Setting(
                key = "TransactionLogFolder",
                byDefault = "../coordinator/log",
                meaning = "Where the transaction log is kept; a disk of its own makes elections and writes fast.")
        Path transactionLogFolder,

        @Setting(
                key = "TickTime",
                byDefault = "1 s",
                min = 100,
                max = 10000,
                meaning = "The unit of time of the ensemble; the shortest session that is granted lasts two of it.")
        Duration tickTime,

        @Setting(
                key = "SnapshotsKept",
                byDefault = "3",
                min = 3,
                max = 1000,
                meaning = "How many snapshots, with their logs, the hourly purge leaves.")
        int snapshotsKept,

        @Setting(
                key = "MostConnectionsPerClient",
                byDefault = "60",
                min = 1,
                max = 100000,
                meaning = "How many connections one client address may open.")
        int mostConnectionsPerClient) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.CoordinatorSettings";

    private static final Pattern MEMBER = Pattern.compile("([1-9]\\d{0,2})=[^:\\s=]+:(\\d{1,5}):(\\d{1,5})");

    public CoordinatorSettings {
        Set<String> ids = new HashSet<>();
        for (String member : ensemble) {
            Matcher parts = MEMBER.matcher(member);
            if (!parts.matches()
                    || !lies(parts.group(1), 255)
                    || !lies(parts.group(2), 65535)
                    || !lies(parts.group(3), 65535)) {
                throw new IllegalArgumentException("Ensemble: " + member + " is not id=host:peerPort:electionPort");
            }
            if (!ids.add(parts.group(1))) {
                throw new IllegalArgumentException("Ensemble lists the server " + parts.group(1) + " twice");
            }
        }
        if (!ensemble.isEmpty()) {
            String self = serverId + "=";
            if (ensemble.size() < 3 || ensemble.size() % 2 == 0) {
                throw new IllegalArgumentException(
                        "Ensemble has " + ensemble.size() + " servers; it needs an odd number, at least 3");
            }
            if (ensemble.stream().noneMatch(member -> member.startsWith(self))) {
                throw new IllegalArgumentException("Ensemble does not list this server, ServerId " + serverId);
            }
        }
    }

    private static boolean lies(String digits, int most) {
        int number = Integer.parseInt(digits);
        return number >= 1 && number <= most;
    }
}
