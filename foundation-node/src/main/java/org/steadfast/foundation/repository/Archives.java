package org.steadfast.foundation.repository;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** ZIP archives in a repository. Made and unpacked beside it, so that what fails leaves nothing. Used by one thread. */
public final class Archives {
    private static final int MOST_ENTRIES = 10_000;

    private final Repository repository;
    /** What the archive that is being made may still take. */
    private long left;

    public Archives(Repository repository) {
        this.repository = repository;
    }

    /**
     * Puts files and folders into a new archive, by their paths below a folder.
     *
     * @param what below the folder
     */
    public void pack(RepositoryPath folder, List<RepositoryPath> what, RepositoryPath archive)
            throws RepositoryException {
        try {
            Path made = Files.createTempFile("steadfast-archive", ".zip");
            try {
                var unused = pack(folder, what, name -> true, Files.newOutputStream(made));
                try (InputStream content = Files.newInputStream(made)) {
                    repository.save(archive, content, true);
                }
            } finally {
                Files.deleteIfExists(made);
            }
        } catch (IOException e) {
            throw new RepositoryException(RepositoryException.Kind.UNAVAILABLE, "the archive cannot be made: " + e, e);
        }
    }

    /**
     * Puts files and folders into an archive outside of the repository, by their paths below a folder.
     *
     * @param what below the folder
     * @param wanted says of the name of a file whether it is packed
     * @param out which is closed
     * @return how many files
     */
    public int pack(RepositoryPath folder, List<RepositoryPath> what, Predicate<String> wanted, OutputStream out)
            throws IOException, RepositoryException {
        left = repository.mostFileBytes();
        Set<RepositoryPath> packed = new HashSet<>();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (RepositoryPath each : what) {
                add(zip, packed, folder, each, wanted);
            }
        }
        return packed.size();
    }

    private void add(
            ZipOutputStream zip,
            Set<RepositoryPath> packed,
            RepositoryPath folder,
            RepositoryPath what,
            Predicate<String> wanted)
            throws IOException, RepositoryException {
        if (repository.find(what).isFolder()) {
            for (RepositoryEntry entry : repository.list(what)) {
                add(zip, packed, folder, entry.path(), wanted);
            }
            return;
        }
        // One that is named twice, also by its folder, is in it once.
        if (!wanted.test(what.name()) || !packed.add(what)) {
            return;
        }
        Repository.Opened opened = repository.open(what);
        try (InputStream content = opened.content()) {
            ZipEntry entry = new ZipEntry(String.join(
                    "/",
                    what.names().subList(folder.names().size(), what.names().size())));
            left -= opened.entry().size();
            if (left < 0) {
                throw Landing.tooLarge(repository.mostFileBytes());
            }
            entry.setTime(opened.entry().modified().toEpochMilli());
            zip.putNextEntry(entry);
            content.transferTo(zip);
            zip.closeEntry();
        }
    }

    /** A file of an archive, unpacked beside the repository. */
    private record Unpacked(RepositoryPath path, Path file) {}

    /**
     * Unpacks an archive into a folder, over what is there. Nothing is written before all of it was read and is as it may be.
     */
    public void unpack(RepositoryPath archive, RepositoryPath folder) throws RepositoryException {
        unpack(repository.open(archive).content(), "[" + archive + "]", folder);
    }

    /**
     * The same with an archive from elsewhere.
     *
     * @param content which is closed
     * @param archive what it is called
     */
    public void unpack(InputStream content, String archive, RepositoryPath folder) throws RepositoryException {
        List<Unpacked> files = new ArrayList<>();
        try (InputStream packed = content;
                ZipInputStream zip = new ZipInputStream(packed)) {
            long left = repository.mostFileBytes();
            boolean isArchive = false;
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                isArchive = true;
                if (entry.isDirectory()) {
                    left -= copy(zip, OutputStream.nullOutputStream(), left);
                    continue;
                }
                if (files.size() == MOST_ENTRIES) {
                    throw new RepositoryException(
                            RepositoryException.Kind.TOO_LARGE, "the archive has more than " + MOST_ENTRIES + " files");
                }
                RepositoryPath path = RepositoryPath.parse(folder + "/" + entry.getName());
                Path file = Files.createTempFile("steadfast-unpacked", null);
                files.add(new Unpacked(path, file));
                try (OutputStream out = Files.newOutputStream(file)) {
                    left -= copy(zip, out, left);
                }
            }
            if (!isArchive) {
                throw new RepositoryException(
                        RepositoryException.Kind.INVALID, archive + " is no archive, or has nothing in it");
            }
            for (Unpacked each : files) {
                try (InputStream unpacked = Files.newInputStream(each.file())) {
                    repository.save(each.path(), unpacked, true);
                }
            }
        } catch (ZipException | EOFException e) {
            throw new RepositoryException(
                    RepositoryException.Kind.INVALID,
                    archive + " is no archive, or not a whole one: " + e.getMessage(),
                    e);
        } catch (IOException e) {
            throw new RepositoryException(
                    RepositoryException.Kind.UNAVAILABLE, archive + " cannot be unpacked: " + e, e);
        } finally {
            for (Unpacked each : files) {
                each.file().toFile().delete();
            }
        }
    }

    private static long copy(InputStream content, OutputStream out, long mostBytes)
            throws IOException, RepositoryException {
        long copied = 0;
        byte[] piece = new byte[64 << 10];
        for (int read = content.read(piece); read >= 0; read = content.read(piece)) {
            copied += read;
            if (copied > mostBytes) {
                throw Landing.tooLarge(mostBytes);
            }
            out.write(piece, 0, read);
        }
        return copied;
    }
}
