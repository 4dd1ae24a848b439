package org.steadfast.foundation.repository;

import org.steadfast.coordination.settings.Setting;

/** File repositories. */
public record RepositorySettings(
        @Setting(
                key = "MostFileMegabytes",
                byDefault = "256",
                min = 1,
                max = 1048576,
                meaning =
                        "How many megabytes a file may have, and what an archive unpacks to. Longer ones are refused with 413.")
        int mostFileMegabytes,

        @Setting(
                key = "MostRepositoryMegabytes",
                byDefault = "10240",
                min = 0,
                max = 1073741824,
                meaning =
                        "How many megabytes the files of a repository may have together; beyond it writes are refused with 507. What other nodes write counts"
                                + " after half a minute. 0: as many as there is room for.")
        int mostRepositoryMegabytes,

        @Setting(
                key = "LeastFreeMegabytes",
                byDefault = "512",
                min = 0,
                max = 1073741824,
                meaning =
                        "How many megabytes stay free in the ThingworxStorage location; writes that would leave less are refused with 507.")
        int leastFreeMegabytes,

        @Setting(
                key = "MostTransfers",
                byDefault = "16",
                min = 1,
                max = 1000,
                meaning =
                        "How many files a node sends and takes at the same time, each by a thread of HttpThreads, of which half stay for others. Beyond it 503.")
        int mostTransfers) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.FileRepositorySettings";

    /** Most bytes of a file. */
    public long mostFileBytes() {
        return (long) mostFileMegabytes << 20;
    }
}
