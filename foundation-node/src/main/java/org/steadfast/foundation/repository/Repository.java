package org.steadfast.foundation.repository;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.repository.RepositoryException.Kind;
import org.steadfast.persistence.files.FolderTree;

/**
 * The files of one repository. Links in it, which only somebody with another way to the files can have made, are neither followed nor
 * shown. Safe for use by several threads, and by several nodes: whatever they do at the same time, no content is lost or seen in part.
 */
public final class Repository {
    private static final Logger log = LoggerFactory.getLogger(Repository.class);
    /** How many entries one answer has at most. */
    static final int MOST_LISTED = 10_000;

    private static final int PIECE_BYTES = 64 << 10;

    private final Path root;
    private final Path mark;
    private final Landing landing;
    private final Room room;
    private final long mostFileBytes;

    /** @param mark a file without which this is not the storage location that nodes share */
    Repository(Path root, Path mark, Landing landing, Room room, long mostFileBytes) {
        this.root = root;
        this.mark = mark;
        this.landing = landing;
        this.room = room;
        this.mostFileBytes = mostFileBytes;
    }

    /**
     * A file that is being read: what it held when it was opened, whatever becomes of it meanwhile.
     *
     * @param version differs from that of any other content that was under the path, on whichever node; empty where that cannot be told
     */
    public record Opened(RepositoryEntry entry, Optional<String> version, InputStream content) {}

    long mostFileBytes() {
        return mostFileBytes;
    }

    /** What is there. */
    public RepositoryEntry find(RepositoryPath path) throws RepositoryException {
        return doing(path, () -> entry(path, resolve(path)));
    }

    /** What is in a folder, by name. */
    public List<RepositoryEntry> list(RepositoryPath folder) throws RepositoryException {
        return doing(folder, () -> {
            List<RepositoryEntry> entries = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(resolve(folder))) {
                for (Path file : files) {
                    if (entries.size() == MOST_LISTED) {
                        throw new RepositoryException(
                                Kind.INVALID,
                                "[" + folder + "] has more than " + MOST_LISTED + " entries; part it into folders");
                    }
                    addIfShown(entries, folder, file);
                }
            }
            entries.sort(Comparator.comparing(entry -> entry.path().name()));
            return entries;
        });
    }

    private static void addIfShown(List<RepositoryEntry> entries, RepositoryPath folder, Path file) throws IOException {
        try {
            RepositoryPath path = RepositoryPath.parse(folder + "/" + file.getFileName());
            entries.add(entry(path, file));
        } catch (NoSuchFileException | RepositoryException e) {
            // Deleted just now, or a link, or of a name that nobody could ask for.
            return;
        }
    }

    private static RepositoryEntry entry(RepositoryPath path, Path file) throws IOException, RepositoryException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isDirectory() && !attributes.isRegularFile()) {
            throw RepositoryException.notFound(path);
        }
        return new RepositoryEntry(
                path,
                attributes.isDirectory(),
                attributes.isDirectory() ? 0 : attributes.size(),
                attributes.lastModifiedTime().toInstant());
    }

    /** Opens a file; whoever gets it closes it. */
    public Opened open(RepositoryPath path) throws RepositoryException {
        return doing(path, () -> {
            Path file = resolve(path);
            requireFile(path, file);
            Optional<String> before = version(file);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            boolean isGiven = false;
            try {
                RepositoryEntry found = entry(path, file);
                // The path may mean another file by now; the length is that of the one that was opened.
                RepositoryEntry opened = new RepositoryEntry(path, false, channel.size(), found.modified());
                Optional<String> version = version(file).filter(after -> before.equals(Optional.of(after)));
                isGiven = true;
                return new Opened(opened, version, Channels.newInputStream(channel));
            } finally {
                if (!isGiven) {
                    channel.close();
                }
            }
        });
    }

    /** A file that replaces another one is another one for the file system, too, and by the same number on all machines. */
    private static Optional<String> version(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return Optional.empty();
        }
        Map<String, Object> attributes =
                Files.readAttributes(file, "unix:ino,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        FileTime modified = (FileTime) attributes.get("lastModifiedTime");
        return Optional.of(
                attributes.get("ino") + "-" + attributes.get("size") + "-" + modified.to(TimeUnit.NANOSECONDS));
    }

    /**
     * Reads a file.
     *
     * @param mostBytes more than that are refused
     */
    public byte[] read(RepositoryPath path, int mostBytes) throws RepositoryException {
        Opened opened = open(path);
        return doing(path, () -> {
            try (InputStream content = opened.content()) {
                byte[] bytes = content.readNBytes(mostBytes + 1);
                if (bytes.length > mostBytes) {
                    throw new RepositoryException(
                            Kind.TOO_LARGE,
                            "[" + path + "] is longer than " + mostBytes
                                    + " bytes, which a service can hold; get it by FileRepositoryDownloader");
                }
                return bytes;
            }
        });
    }

    /**
     * Writes a file, with the folders that it is in. It is on the disk when this returns, as a whole; where this fails, what was there is
     * there still.
     *
     * @param overwrite whether one that is there is replaced
     */
    public void save(RepositoryPath path, InputStream content, boolean overwrite) throws RepositoryException {
        try (Draft draft = draft(path)) {
            byte[] piece = new byte[PIECE_BYTES];
            for (int read = next(path, content, piece); read >= 0; read = next(path, content, piece)) {
                draft.append(ByteBuffer.wrap(piece, 0, read));
            }
            draft.keep(overwrite);
        }
    }

    private static int next(RepositoryPath path, InputStream content, byte[] piece) throws RepositoryException {
        return doing(path, () -> content.read(piece));
    }

    /** Begins to write a file, with the folders that it is in; whoever gets it closes it. */
    public Draft draft(RepositoryPath path) throws RepositoryException {
        return doing(path, () -> {
            requireName(path);
            Path target = resolve(path);
            if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new RepositoryException(Kind.INVALID, "[" + path + "] is a folder");
            }
            makeRoot();
            // Before much is written in vain.
            room.take(root, 0);
            return new Draft(path, landing.fresh(), mostFileBytes, (part, overwrite) -> put(part, target, overwrite));
        });
    }

    /** Bytes of a file; 0 where there is none, or not any more. */
    private static long sizeOf(Path file) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile() ? attributes.size() : 0;
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private void put(Path part, Path target, boolean overwrite) throws IOException, RepositoryException {
        long bytes = Files.size(part);
        room.take(root, bytes);
        boolean isPut = false;
        try {
            Landing.makeFolders(target.getParent());
            long replaced = overwrite ? sizeOf(target) : 0;
            Landing.put(part, target, overwrite);
            isPut = true;
            room.give(root, replaced);
        } finally {
            if (!isPut) {
                room.give(root, bytes);
            }
        }
    }

    /** Makes a folder, with those that it is in. */
    public void makeFolder(RepositoryPath path) throws RepositoryException {
        doing(path, () -> {
            makeRoot();
            Landing.makeFolders(resolve(path));
            return null;
        });
    }

    /** Deletes a file. */
    public void deleteFile(RepositoryPath path) throws RepositoryException {
        doing(path, () -> {
            Path file = resolve(path);
            requireFile(path, file);
            long bytes = Files.size(file);
            Files.delete(file);
            FolderTree.force(file.getParent());
            room.give(root, bytes);
            return null;
        });
    }

    /** Deletes a folder with all that is in it; nobody sees a part of it go. */
    public void deleteFolder(RepositoryPath path) throws RepositoryException {
        doing(path, () -> {
            requireName(path);
            Path folder = resolve(path);
            requireFolder(path, folder);
            Path gone = landing.fresh();
            Files.move(folder, gone, StandardCopyOption.ATOMIC_MOVE);
            FolderTree.force(folder.getParent());
            FolderTree.delete(gone);
            room.forget(root);
            return null;
        });
    }

    /**
     * Moves a file or folder, and makes the folders that it comes into.
     *
     * @param overwrite whether a file that is there is replaced; folders never are
     */
    public void move(RepositoryPath from, RepositoryPath to, boolean overwrite) throws RepositoryException {
        doing(to, () -> {
            requireName(from);
            requireName(to);
            Path source = resolve(from);
            Path target = resolve(to);
            boolean isFolder = entry(from, source).isFolder();
            if (from.equals(to) || (isFolder && from.holds(to))) {
                throw new RepositoryException(Kind.INVALID, "[" + from + "] cannot be moved to [" + to + "]");
            }
            if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                throw RepositoryException.alreadyExists(to);
            }
            Landing.makeFolders(target.getParent());
            if (isFolder) {
                if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    throw RepositoryException.alreadyExists(to);
                }
                Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
                FolderTree.force(target.getParent());
            } else if (overwrite) {
                Landing.put(source, target, true);
            } else {
                moveNew(source, target);
            }
            FolderTree.force(source.getParent());
            return null;
        });
    }

    /**
     * It has both names before it loses the old one, so that a node that dies in between loses nothing; and what somebody writes to the old
     * place meanwhile stays there.
     */
    private void moveNew(Path source, Path target) throws IOException, RepositoryException {
        if (!Landing.link(source, target)) {
            Landing.renameToNew(source, target);
            return;
        }
        FolderTree.force(target.getParent());
        Path taken = landing.fresh();
        Files.move(source, taken, StandardCopyOption.ATOMIC_MOVE);
        if (!Files.isSameFile(taken, target)) {
            putBack(taken, source);
        }
        Files.deleteIfExists(taken);
    }

    private static void putBack(Path taken, Path source) throws IOException {
        try {
            Landing.put(taken, source, false);
        } catch (FileAlreadyExistsException e) {
            log.debug("{} was written once more meanwhile", source, e);
        }
    }

    /** The root is there from the first write on; before, the repository is empty. */
    private void makeRoot() throws IOException, RepositoryException {
        if (!Files.exists(mark)) {
            throw new RepositoryException(
                    Kind.UNAVAILABLE,
                    mark
                            + " is missing: the storage location is not the one that nodes share; see whether it is mounted");
        }
        Landing.makeFolders(root);
    }

    private Path resolve(RepositoryPath path) throws IOException, RepositoryException {
        if (path.isRoot()) {
            makeRoot();
        }
        Path here = root;
        for (int i = 0; i < path.names().size(); i++) {
            here = here.resolve(path.names().get(i));
            if (Files.isSymbolicLink(here)) {
                throw RepositoryException.notFound(path);
            }
            if (i < path.names().size() - 1 && Files.isRegularFile(here, LinkOption.NOFOLLOW_LINKS)) {
                throw new RepositoryException(
                        Kind.INVALID, "[" + path.names().get(i) + "] in [" + path + "] is a file, not a folder");
            }
        }
        return here;
    }

    private static void requireName(RepositoryPath path) throws RepositoryException {
        if (path.isRoot()) {
            throw new RepositoryException(Kind.INVALID, "a path is needed that is not the root of the repository");
        }
    }

    private static void requireFile(RepositoryPath path, Path file) throws RepositoryException {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new RepositoryException(Kind.INVALID, "[" + path + "] is a folder");
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw RepositoryException.notFound(path);
        }
    }

    private static void requireFolder(RepositoryPath path, Path folder) throws RepositoryException {
        if (Files.isRegularFile(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new RepositoryException(Kind.INVALID, "[" + path + "] is a file");
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw RepositoryException.notFound(path);
        }
    }

    /** What is done to files. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException, RepositoryException;
    }

    /** Says what a failure of the file system means. */
    static <T> T doing(RepositoryPath path, Work<T> work) throws RepositoryException {
        try {
            return work.run();
        } catch (NoSuchFileException e) {
            throw new RepositoryException(Kind.NOT_FOUND, "File or folder [" + path + "] does not exist: not found", e);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            throw new RepositoryException(Kind.ALREADY_EXISTS, "[" + path + "] already exists, or is in a file", e);
        } catch (NotDirectoryException e) {
            throw new RepositoryException(Kind.INVALID, "[" + path + "] is no folder", e);
        } catch (InvalidPathException e) {
            throw new RepositoryException(
                    Kind.INVALID,
                    "[" + path
                            + "] has characters that this node's system does not take; start it with a locale of UTF-8",
                    e);
        } catch (IOException e) {
            throw new RepositoryException(
                    Kind.UNAVAILABLE, "the storage location cannot do that to [" + path + "]: " + e, e);
        }
    }
}
