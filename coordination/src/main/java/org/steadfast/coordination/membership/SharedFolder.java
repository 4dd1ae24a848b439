package org.steadfast.coordination.membership;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;

/**
 * Makes sure that the nodes of a cluster mean one and the same folder where they share a storage location. The folder carries a mark
 * that the first node has made, and the coordinator remembers it: a node whose share is not mounted, or is another cluster's, does
 * not find it.
 */
public final class SharedFolder {
    /** Name of the file with the mark. It belongs to what the folder holds and is copied with it. */
    public static final String MARK = "steadfast-location";

    /** Name of the file in a further location that says whose it is: it has the mark of the ThingworxStorage location. */
    public static final String OWNER = "steadfast-storage";

    private static final int ATTEMPTS = 50;
    private static final long PAUSE_MILLIS = 100;

    private SharedFolder() {}

    /**
     * Marks the folder where no node has marked any for this location, and else requires the mark.
     *
     * @param location its name, the same on all nodes
     * @param folder one that can be written
     * @param setting path of the setting that names the folder
     * @throws NodeFailure {@link ExitCode#STORAGE_UNUSABLE} if this is not the folder that the cluster shares,
     *     {@link ExitCode#COORDINATOR_UNREACHABLE} if what the cluster shares cannot be told
     */
    public static void require(CoordinatorClient coordinator, String location, Path folder, String setting)
            throws NodeFailure, InterruptedException {
        try (CommonRecord record = new CommonRecord(coordinator, "location-" + location)) {
            Optional<String> known = read(record);
            if (known.isEmpty()) {
                String mark = markOf(folder, setting);
                OptionalInt kept = record.replace(OptionalInt.empty(), mark.getBytes(StandardCharsets.US_ASCII));
                // Empty where another node was first: the mark may still be the same.
                known = kept.isPresent() ? Optional.of(mark) : read(record);
            }
            Optional<String> found = found(folder);
            if (!found.equals(known)) {
                throw new NodeFailure(
                        ExitCode.STORAGE_UNUSABLE,
                        "the folder " + folder + " (" + setting
                                + ") is not the one that the other nodes of the cluster share: "
                                + (found.isEmpty() ? "it has no file " : "it has another file ") + MARK
                                + "; mount the shared folder there, or set where it is. If it is the right one, and the file was lost, write "
                                + known.orElse("anything") + " into it");
            }
        } catch (NodeFailure | InterruptedException e) {
            throw e;
        } catch (IOException e) {
            throw new NodeFailure(
                    ExitCode.STORAGE_UNUSABLE, "the mark of " + folder + " (" + setting + ") cannot be used: " + e, e);
        } catch (Exception e) {
            throw new NodeFailure(
                    ExitCode.COORDINATOR_UNREACHABLE,
                    "the coordinator does not tell what the cluster shares as " + setting + ": " + e,
                    e);
        }
    }

    /**
     * Makes sure that a further location is of the cluster whose ThingworxStorage location is known already: two clusters number their things alike,
     * and would take each other's files for their own.
     *
     * @param storage the ThingworxStorage location
     * @param setting path of the setting that names the folder
     * @throws NodeFailure {@link ExitCode#STORAGE_UNUSABLE} if it is another cluster's
     */
    public static void requireOf(Path storage, Path folder, String setting) throws NodeFailure, InterruptedException {
        try {
            String own = found(storage)
                    .orElseThrow(
                            () -> new NoSuchFileException(storage.resolve(MARK).toString()));
            String owner = contentOf(folder.resolve(OWNER), own, setting);
            if (!owner.equals(own)) {
                throw new NodeFailure(
                        ExitCode.STORAGE_UNUSABLE,
                        "the folder " + folder + " (" + setting + ") is another cluster's: its file " + OWNER + " has "
                                + owner + ", and " + storage + " has " + own
                                + "; use another folder. If it is this cluster's, and only this one's, remove that file");
            }
        } catch (IOException e) {
            throw new NodeFailure(
                    ExitCode.STORAGE_UNUSABLE,
                    "whose the folder " + folder + " (" + setting + ") is cannot be told: " + e,
                    e);
        }
    }

    private static Optional<String> read(CommonRecord record) throws Exception {
        return record.read().map(kept -> new String(kept.content(), StandardCharsets.US_ASCII));
    }

    /** The mark that the folder has, or that it gets now; of several nodes that give it one, one does. */
    private static String markOf(Path folder, String setting) throws IOException, InterruptedException, NodeFailure {
        return contentOf(folder.resolve(MARK), UUID.randomUUID().toString(), setting);
    }

    /** What is in a file, or what it gets now; of several nodes that write it one does. */
    private static String contentOf(Path file, String fresh, String setting)
            throws IOException, InterruptedException, NodeFailure {
        try {
            Files.writeString(file, fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.SYNC);
            return fresh;
        } catch (FileAlreadyExistsException e) {
            // Whoever made it writes into it now.
            for (int i = 0; i < ATTEMPTS; i++) {
                Optional<String> content = content(file);
                if (content.isPresent()) {
                    return content.get();
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
            throw new NodeFailure(
                    ExitCode.STORAGE_UNUSABLE,
                    file + " (" + setting + ") is empty; remove it, and the next start makes it anew",
                    e);
        }
    }

    private static Optional<String> found(Path folder) throws IOException {
        return content(folder.resolve(MARK));
    }

    private static Optional<String> content(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
