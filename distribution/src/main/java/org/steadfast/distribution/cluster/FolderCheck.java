package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.chassis.StorageLocation;

/** Looks whether a folder can take what nodes will write there. */
final class FolderCheck {
    private static final long LITTLE_SPACE = 5L << 30;
    private static final long NO_SPACE = 500L << 20;
    /** How the types of file systems that machines share begin, as Linux names them. */
    private static final List<String> NETWORK_FILE_SYSTEMS =
            List.of("nfs", "cifs", "smb", "ceph", "glusterfs", "fuse", "gfs", "ocfs", "lustre", "9p", "virtiofs");

    private final boolean isOnSeveralMachines;

    /** @param isOnSeveralMachines whether the cluster is */
    FolderCheck(boolean isOnSeveralMachines) {
        this.isOnSeveralMachines = isOnSeveralMachines;
    }

    /**
     * Makes the folder where it is missing, and writes to it.
     *
     * @param setting that names it
     * @param isShared whether all machines are to find the same in it
     */
    Finding of(Path folder, String setting, boolean isShared) {
        String subject = setting.substring(setting.lastIndexOf('.') + 1);
        try {
            StorageLocation.require(folder, setting);
            return room(folder, folder, subject, isShared);
        } catch (NodeFailure e) {
            return Finding.fail(subject, e.getMessage());
        }
    }

    /** As {@link #of}, before anything may be written: looks at the folder, or at that in which it would be made. */
    Finding before(Path folder, String subject, boolean isShared) {
        return obstacle(folder)
                .map(why -> Finding.fail(subject, why))
                .orElseGet(() -> room(folder, Places.existing(folder), subject, isShared));
    }

    /** Why a folder cannot be made, or nothing be written to it. Leaves nothing behind. */
    static Optional<String> obstacle(Path folder) {
        Path existing = Places.existing(folder);
        if (!Files.isDirectory(existing)) {
            return Optional.of(folder + " cannot be made: " + existing + " is no folder");
        }
        try {
            // Rights do not tell it all: the file system may be read-only, or none for files.
            Files.delete(Files.createTempFile(existing, ".probe", null));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(folder + " cannot be written by " + System.getProperty("user.name") + ": "
                    + (existing.equals(folder) ? "" : "not even " + existing + " can be; ")
                    + "choose another folder, or a user who may (" + e + ")");
        }
    }

    private Finding room(Path folder, Path existing, String subject, boolean isShared) {
        try {
            FileStore store = Files.getFileStore(existing);
            String space = String.format(
                    Locale.ROOT, "%s: %,d MB free on %s", folder, store.getUsableSpace() >> 20, store.type());
            boolean isOnNetwork = NETWORK_FILE_SYSTEMS.stream().anyMatch(store.type()::startsWith);
            if (store.getUsableSpace() < NO_SPACE) {
                return Finding.fail(subject, space + "; make room");
            }
            if (store.getUsableSpace() < LITTLE_SPACE) {
                return Finding.warn(subject, space + "; that is little, make room");
            }
            if (isShared && isOnSeveralMachines && !isOnNetwork) {
                return Finding.warn(
                        subject,
                        space
                                + ", which is no network file system; nodes refuse to start where it is not the same folder on"
                                + " all machines");
            }
            if (!isShared && isOnNetwork) {
                return Finding.warn(
                        subject,
                        space
                                + ", a network file system; databases lose what they keep there when it hiccups, so lay the cluster"
                                + " out with another --local-folder");
            }
            return Finding.ok(subject, space);
        } catch (IOException e) {
            return Finding.warn(subject, "how much room is left in " + folder + " cannot be told: " + e);
        }
    }
}
