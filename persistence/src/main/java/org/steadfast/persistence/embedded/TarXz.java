package org.steadfast.persistence.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.steadfast.persistence.files.FolderTree;
import org.tukaani.xz.XZInputStream;

/**
 * Unpacks a tar archive compressed with xz, so that every account may read and nobody but the owner may change what is
 * in it.
 */
final class TarXz {
    private static final int EXECUTABLE_BITS = 0111;

    private TarXz() {}

    static void unpack(InputStream archive, Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = inside(folder, folder.resolve(entry.getName()));
                FolderTree.createOpen(entry.isDirectory() ? target : target.getParent());
                if (entry.isSymbolicLink()) {
                    inside(folder, target.resolveSibling(entry.getLinkName()));
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else if (isPlainFile(entry)) {
                    Files.copy(tar, target);
                    boolean executable = (entry.getMode() & EXECUTABLE_BITS) != 0;
                    String permissions = executable ? "rwxr-xr-x" : "rw-r--r--";
                    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(permissions));
                    files.add(target);
                } else if (!entry.isDirectory()) {
                    throw new IOException("unexpected kind of archive entry: " + entry.getName());
                }
            }
        }
        // All at the end: the first call writes most of the others' bytes too.
        for (Path file : files) {
            FolderTree.force(file);
        }
    }

    /** The library's own question of that name says yes to links and devices too. */
    private static boolean isPlainFile(TarArchiveEntry entry) {
        return entry.getLinkFlag() == TarConstants.LF_NORMAL || entry.getLinkFlag() == TarConstants.LF_OLDNORM;
    }

    private static Path inside(Path folder, Path target) throws IOException {
        if (!target.normalize().startsWith(folder)) {
            throw new IOException("archive entry leads out of its folder: " + target);
        }
        return target.normalize();
    }
}
