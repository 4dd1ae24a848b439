package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one process of a node writes: its log, which it keeps to a bounded size by itself, and beside it what it says besides, such as the Java
 * virtual machine when it dies. Used by one thread.
 */
final class NodeLog {
    private static final int MOST_BYTES_READ = 64 << 10;
    /** What the line begins with in which a process says why it ends. */
    private static final String LAST_WORD = "steadfast: ";

    private static final long MOST_BYTES_BESIDE = 1 << 20;

    private final NodePlan node;
    private final Part log;
    private final Part beside;

    /**
     * A file that grows.
     *
     * @param start where this process's part of it begins; what stands before is from earlier ones
     */
    private record Part(Path file, long start) {
        static Part of(Path file) throws IOException {
            return new Part(file, Files.exists(file) ? Files.size(file) : 0);
        }

        /** What has come since the start, or the end of it where that is much. */
        Stream<String> lines() throws IOException {
            if (Files.notExists(file)) {
                return Stream.empty();
            }
            try (SeekableByteChannel channel = Files.newByteChannel(file)) {
                // It is shorter than at the start where it has been begun anew.
                long from = start > channel.size() ? 0 : start;
                channel.position(Math.max(from, channel.size() - MOST_BYTES_READ));
                byte[] bytes = Channels.newInputStream(channel).readAllBytes();
                return new String(bytes, StandardCharsets.UTF_8).lines();
            }
        }
    }

    private NodeLog(NodePlan node, Part log, Part beside) {
        this.node = node;
        this.log = log;
        this.beside = beside;
    }

    /** For a process that is about to be started. */
    static NodeLog begin(Instance instance, NodePlan node) throws IOException {
        Files.createDirectories(instance.logs());
        Path beside = instance.logs().resolve(node.id() + ".out");
        bound(beside);
        return new NodeLog(node, Part.of(instance.log(node)), Part.of(beside));
    }

    /** For a process that somebody else starts from now on. */
    static NodeLog from(Instance instance, NodePlan node) throws IOException {
        return new NodeLog(
                node, Part.of(instance.log(node)), Part.of(instance.logs().resolve(node.id() + ".out")));
    }

    /** Begins a file anew that nobody writes now, where it is long; the one before stays. */
    static void bound(Path file) throws IOException {
        if (Files.exists(file) && Files.size(file) > MOST_BYTES_BESIDE) {
            Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** By what the node is told to log into a file; conf/log4j2.xml reads it. */
    Map<String, String> environment() {
        return Map.of(
                "STEADFAST_LOG", "file", "STEADFAST_LOG_FILE", log.file().toString(), "STEADFAST_LOG_NODE", node.id());
    }

    /** Where its standard output and errors go. */
    Path beside() {
        return beside.file();
    }

    /** Where to look for what the node says. */
    Path file() {
        return Files.exists(log.file()) ? log.file() : beside.file();
    }

    /** What a process that has ended says of that, where it says anything. */
    Optional<String> lastWord() throws IOException {
        return lines().stream()
                .filter(line -> line.startsWith(LAST_WORD))
                .reduce((first, second) -> second)
                .map(line -> line.substring(LAST_WORD.length()));
    }

    /** What the process has written, or the end of it where that is much; what it said beside its log comes last. */
    List<String> lines() throws IOException {
        return Stream.concat(log.lines(), beside.lines()).toList();
    }
}
