package org.steadfast.foundation.sharedstate;

import java.nio.file.Path;
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
                byDefault = "47100",
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
        int memoryMegabytes) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.SharedStateSettings";
}
