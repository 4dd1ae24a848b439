package org.steadfast.foundation.sharedstate;

import java.nio.file.Path;
import java.time.Duration;
import org.steadfast.coordination.settings.Setting;

/** How a node takes part in shared state. */
public record SharedStateSettings(
        @Setting(
                key = "Host",
                byDefault = "127.0.0.1",
                meaning = "Address at which the other foundation nodes reach this node's share of the state.")
        String host,

        @Setting(
                key = "CommunicationPort",
                byDefault = "27100",
                min = 1,
                max = 65535,
                meaning = "Port at which the other foundation nodes reach this node's share of the state.")
        int communicationPort,

        @Setting(
                key = "WorkFolder",
                byDefault = "../work",
                meaning =
                        "A folder of this machine for what the state's engine keeps while it runs; one per node is made in it.")
        Path workFolder,

        @Setting(
                key = "MemoryMegabytes",
                byDefault = "512",
                min = 64,
                max = 1048576,
                meaning = "Most memory outside the heap for this node's share of the state.")
        int memoryMegabytes,

        @Setting(
                key = "CoordinatorPatience",
                byDefault = "10 min",
                min = 10000,
                max = 86400000,
                meaning =
                        "How long a node that has lost the coordinator stays up and refuses to answer, before it gives up and ends.")
        Duration coordinatorPatience,

        @Setting(
                key = "AbsencePatience",
                byDefault = "60 s",
                min = 0,
                max = 86400000,
                meaning =
                        "How long a node may be away before its share of the state is copied to the others. Until then that share has one copy in memory.")
        Duration absencePatience,

        @Setting(
                key = "LoadingReaders",
                byDefault = "2",
                min = 1,
                max = 64,
                meaning =
                        "How many parts of the database's values are read at the same time when shared state is loaded.")
        int loadingReaders) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.SharedStateSettings";

    /** {@code host:port} at which the other foundation nodes reach this one. */
    public String address() {
        return host + ":" + communicationPort;
    }
}
