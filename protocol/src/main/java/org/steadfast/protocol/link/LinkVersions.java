package org.steadfast.protocol.link;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Which versions of the frames two ends of a link speak. Who opens it offers all of its own, and the other end takes the greatest that both
 * know: so connection servers and foundation nodes of different versions of the platform work together in whatever order they are updated. Who offers one
 * version alone, as this one does, needs no answer; where there are several, the one that was taken has to be told. Stateless.
 */
public final class LinkVersions {
    /** Those that this version of the platform speaks. A version stays here for as long as nodes that know no later one may be met. */
    private static final List<Integer> SPOKEN = List.of(LinkCodec.VERSION);

    private LinkVersions() {}

    /** What this end offers: numbers, separated by commas. */
    public static String offer() {
        return SPOKEN.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /**
     * What is spoken over a link.
     *
     * @param offered by the other end; null where it offers nothing. Those that are no numbers do not count
     * @return empty where there is none that both ends speak
     */
    public static OptionalInt choose(String offered) {
        return offered == null
                ? OptionalInt.empty()
                : Arrays.stream(offered.split(",", -1))
                        .map(String::strip)
                        .filter(version -> version.matches("[0-9]{1,9}"))
                        .mapToInt(Integer::parseInt)
                        .filter(SPOKEN::contains)
                        .max();
    }
}
