package org.steadfast.coordination.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A settings record with a component of each type. */
record SampleSettings(
        @Setting(key = "Text", byDefault = "plain", pattern = "[a-z|]*", meaning = "Some text.")
        String text,

        @Setting(key = "Count", byDefault = "5", min = 1, max = 10, meaning = "How many.")
        int count,

        @Setting(key = "Size", byDefault = "5000000000", meaning = "How large.")
        long size,

        @Setting(key = "Enabled", byDefault = "false", meaning = "Whether at all.")
        boolean enabled,

        @Setting(key = "Folder", byDefault = "../data", meaning = "Where.")
        Path folder,

        @Setting(key = "Patience", byDefault = "10 s", min = 1000, max = 60000, meaning = "How long.")
        Duration patience,

        @Setting(key = "Password", meaning = "What nobody else knows.")
        Secret password,

        @Setting(key = "Level", byDefault = "very-high", meaning = "How high.")
        Level level,

        @Setting(key = "Hosts", byDefault = "", meaning = "Which ones.")
        List<String> hosts) {
    static final String PATH = "Platform.SampleSettings";

    enum Level {
        LOW,
        VERY_HIGH
    }
}
