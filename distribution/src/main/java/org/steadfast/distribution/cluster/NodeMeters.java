package org.steadfast.distribution.cluster;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.steadfast.protocol.release.Generation;

/**
 * What a node has told of itself in its metrics at one time.
 *
 * @param text in the Prometheus text format; empty where it did not answer
 */
record NodeMeters(String text) {
    /** Always 1; its labels tell. */
    static final String VERSION = "steadfast_version";

    static final NodeMeters NONE = new NodeMeters("");

    /** A meter without labels besides those of every metric of the node. */
    OptionalDouble value(String name) {
        return line(name)
                .map(line -> OptionalDouble.of(Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))))
                .orElseGet(OptionalDouble::empty);
    }

    /** A label of a meter of which there is one. */
    Optional<String> label(String name, String label) {
        Pattern pair = Pattern.compile("[{,]" + Pattern.quote(label) + "=\"([^\"]*)\"");
        return line(name).map(pair::matcher).filter(Matcher::find).map(matcher -> matcher.group(1));
    }

    /** That of the version which the node runs. */
    Generation generation() {
        Optional<Integer> number = label(VERSION, "generation").map(Integer::valueOf);
        Optional<Integer> oldest = label(VERSION, "oldest").map(Integer::valueOf);
        return number.isPresent() && oldest.isPresent() ? new Generation(number.get(), oldest.get()) : Generation.FIRST;
    }

    private Optional<String> line(String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .findFirst();
    }
}
