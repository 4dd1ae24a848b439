package org.steadfast.foundation.live;

import java.time.Duration;
import org.steadfast.coordination.settings.Setting;

/** Streams of live values. */
public record LiveSettings(
        @Setting(
                key = "MostStreams",
                byDefault = "500",
                min = 0,
                max = 100000,
                meaning = "How many streams this node has open; beyond that they are refused with 503.")
        int mostStreams,

        @Setting(
                key = "MostStreamsOfUser",
                byDefault = "50",
                min = 1,
                max = 100000,
                meaning = "How many of them may be one user's; beyond that they are refused with 429.")
        int mostStreamsOfUser,

        @Setting(
                key = "MostProperties",
                byDefault = "1000",
                min = 1,
                max = 100000,
                meaning = "How many properties a stream may be about.")
        int mostProperties,

        @Setting(
                key = "MostWaitingKilobytes",
                byDefault = "256",
                min = 1,
                max = 1048576,
                meaning =
                        "How much may wait for a client that reads slowly, one value of any length besides; with more the stream is ended.")
        int mostWaitingKilobytes,

        @Setting(
                key = "ReaderPatience",
                byDefault = "10 s",
                min = 100,
                max = 600000,
                meaning = "How long a client may read nothing of what was sent to it before the stream is ended.")
        Duration readerPatience,

        @Setting(
                key = "Heartbeat",
                byDefault = "10 s",
                min = 100,
                max = 600000,
                meaning =
                        "After how long without an event a comment is sent. Less than what load balancers wait for a server.")
        Duration heartbeat,

        @Setting(
                key = "RightsCheck",
                byDefault = "5 s",
                min = 100,
                max = 600000,
                meaning =
                        "How often a stream is checked against what its user may read and against what the user came in with; changes that the node hears of are looked at within a second.")
        Duration rightsCheck,

        @Setting(
                key = "ReadAgain",
                byDefault = "10 s",
                min = 100,
                max = 3600000,
                meaning =
                        "How often the values of streams are read although nobody told of a change: so late is one told at most whose news was lost with a node.")
        Duration readAgain) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.LiveValuesSettings";
}
