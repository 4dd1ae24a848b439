package org.steadfast.foundation.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.foundation.repository.RepositoryException.Kind;

/** Two nodes with one repository, on a real file system. */
class RepositoryTest {
    @TempDir
    private Path temp;

    private Repository one;
    private Repository other;

    @BeforeEach
    void open() throws IOException {
        Files.createFile(temp.resolve("mark"));
        one = node(new RepositorySettings(1, 0, 0, 1));
        other = node(new RepositorySettings(1, 0, 0, 1));
    }

    private Repository node(RepositorySettings settings) {
        return new Repository(
                temp.resolve("repository"),
                temp.resolve("mark"),
                new Landing(temp.resolve("landing")),
                new Room(settings),
                settings.mostFileBytes());
    }

    private static RepositoryPath path(String text) throws RepositoryException {
        return RepositoryPath.parse(text);
    }

    private static void save(Repository repository, String path, String content, boolean overwrite)
            throws RepositoryException {
        repository.save(path(path), new ByteArrayInputStream(content.getBytes(UTF_8)), overwrite);
    }

    private static String text(Repository repository, String path) throws RepositoryException {
        return new String(repository.read(path(path), 1 << 20), UTF_8);
    }

    private static List<String> names(Repository repository, String folder) throws RepositoryException {
        return repository.list(path(folder)).stream()
                .map(entry -> entry.path() + (entry.isFolder() ? "/" : ""))
                .toList();
    }

    /** What the call fails with. */
    private static Kind failure(Call call) {
        return catchThrowableOfType(RepositoryException.class, call::run).kind();
    }

    private interface Call {
        void run() throws Exception;
    }

    private List<Path> landing() throws IOException {
        Path folder = temp.resolve("landing");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void whatOneNodeWritesTheOtherReadsAndLists() throws Exception {
        save(one, "/a/b/text.txt", "first", false);
        assertThat(text(other, "a/b/text.txt")).isEqualTo("first");
        save(other, "/a/b/text.txt", "second", true);
        other.makeFolder(path("/a/c"));
        assertThat(text(one, "/a/b/text.txt")).isEqualTo("second");
        assertThat(names(one, "/")).containsExactly("/a/");
        assertThat(names(one, "/a")).containsExactly("/a/b/", "/a/c/");
        RepositoryEntry file = one.find(path("/a/b/text.txt"));
        assertThat(file.size()).isEqualTo(6);
        assertThat(file.isFolder()).isFalse();
        assertThat(landing()).isEmpty();
    }

    @Test
    void anEmptyRepositoryHasARoot() throws Exception {
        assertThat(names(one, "/")).isEmpty();
        assertThat(one.find(path("/")).isFolder()).isTrue();
    }

    @Test
    void whatIsNotThereOrIsAnotherKindIsSaidSo() throws Exception {
        save(one, "/file", "x", false);
        assertThat(failure(() -> one.find(path("/nothing")))).isEqualTo(Kind.NOT_FOUND);
        assertThat(failure(() -> one.list(path("/nothing")))).isEqualTo(Kind.NOT_FOUND);
        assertThat(failure(() -> one.list(path("/file")))).isEqualTo(Kind.INVALID);
        assertThat(failure(() -> one.open(path("/")))).isEqualTo(Kind.INVALID);
        assertThat(failure(() -> one.find(path("/file/below")))).isEqualTo(Kind.INVALID);
        assertThat(failure(() -> save(one, "/file/below", "x", true))).isEqualTo(Kind.INVALID);
        assertThat(failure(() -> one.makeFolder(path("/file")))).isEqualTo(Kind.ALREADY_EXISTS);
        assertThat(failure(() -> one.deleteFile(path("/nothing")))).isEqualTo(Kind.NOT_FOUND);
        assertThat(failure(() -> one.deleteFolder(path("/file")))).isEqualTo(Kind.INVALID);
        assertThat(failure(() -> one.deleteFolder(path("/")))).isEqualTo(Kind.INVALID);
        assertThat(failure(() -> one.move(path("/nothing"), path("/b"), true))).isEqualTo(Kind.NOT_FOUND);
        assertThat(text(one, "/file")).isEqualTo("x");
    }

    @Test
    void whoReadsSeesAWholeFileWhoeverWrites() throws Exception {
        List<String> contents = List.of("a".repeat(300_000), "b".repeat(200_000));
        save(one, "/shared", contents.get(0), true);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Repository node = i == 0 ? one : other;
                String content = contents.get(i);
                writers.add(threads.submit(() -> {
                    for (int round = 0; round < 60; round++) {
                        save(node, "/shared", content, true);
                    }
                    return null;
                }));
            }
            while (writers.stream().anyMatch(writer -> !writer.isDone())) {
                assertThat(text(other, "/shared")).isIn(contents);
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(landing()).isEmpty();
    }

    @Test
    void ofSeveralWhoMakeTheSameFileOneDoes() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Boolean>> tries = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Repository node = i % 2 == 0 ? one : other;
                String content = "by " + i;
                tries.add(threads.submit(() -> {
                    try {
                        save(node, "/once", content, false);
                        return true;
                    } catch (RepositoryException e) {
                        assertThat(e.kind()).isEqualTo(Kind.ALREADY_EXISTS);
                        return false;
                    }
                }));
            }
            List<Integer> winners = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                if (tries.get(i).get()) {
                    winners.add(i);
                }
            }
            assertThat(winners).hasSize(1);
            assertThat(text(one, "/once")).isEqualTo("by " + winners.get(0));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whatFailsOnTheWayLeavesWhatWasThere() throws Exception {
        save(one, "/file", "before", true);
        InputStream broken = new InputStream() {
            private int left = 100_000;

            @Override
            public int read() throws IOException {
                if (left-- <= 0) {
                    throw new IOException("the sender is gone");
                }
                return 'x';
            }
        };
        assertThat(failure(() -> one.save(path("/file"), broken, true))).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure(() -> save(one, "/file", "x".repeat((1 << 20) + 1), true)))
                .isEqualTo(Kind.TOO_LARGE);
        assertThat(text(one, "/file")).isEqualTo("before");
        assertThat(landing()).isEmpty();
    }

    @Test
    void whoHasOpenedAFileReadsItToItsEnd() throws Exception {
        save(one, "/file", "before", true);
        Repository.Opened opened = one.open(path("/file"));
        save(other, "/file", "quite another content", true);
        other.deleteFile(path("/file"));
        try (InputStream content = opened.content()) {
            assertThat(opened.entry().size()).isEqualTo(6);
            assertThat(new String(content.readAllBytes(), UTF_8)).isEqualTo("before");
        }
    }

    @Test
    void movesFilesAndFoldersButReplacesNoneUnasked() throws Exception {
        save(one, "/a", "a", false);
        save(one, "/b", "b", false);
        save(one, "/folder/in/it", "c", false);
        assertThat(failure(() -> one.move(path("/a"), path("/b"), false))).isEqualTo(Kind.ALREADY_EXISTS);
        assertThat(failure(() -> one.move(path("/a"), path("/folder"), true))).isEqualTo(Kind.ALREADY_EXISTS);
        assertThat(failure(() -> one.move(path("/folder"), path("/folder/in/deeper"), true)))
                .isEqualTo(Kind.INVALID);
        assertThat(failure(() -> one.move(path("/folder"), path("/b"), true))).isEqualTo(Kind.ALREADY_EXISTS);
        one.move(path("/a"), path("/b"), true);
        one.move(path("/b"), path("/new/place"), false);
        one.move(path("/folder"), path("/moved"), false);
        assertThat(text(other, "/new/place")).isEqualTo("a");
        assertThat(text(other, "/moved/in/it")).isEqualTo("c");
        assertThat(names(other, "/")).containsExactly("/moved/", "/new/");
    }

    @Test
    void whatIsWrittenWhileAFileIsMovedIsNotLost() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 200; round++) {
                save(one, "/from", "old", true);
                Future<?> mover = threads.submit(() -> {
                    one.move(path("/from"), path("/to"), false);
                    return null;
                });
                Future<?> writer = threads.submit(() -> {
                    save(other, "/from", "new", true);
                    return null;
                });
                mover.get();
                writer.get();
                assertThat(names(one, "/").stream().map(name -> textUnchecked(one, name)))
                        .as("round %d", round)
                        .contains("new");
                one.deleteFile(path("/to"));
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(landing()).isEmpty();
    }

    private static String textUnchecked(Repository repository, String path) {
        try {
            return text(repository, path);
        } catch (RepositoryException e) {
            throw new AssertionError(path, e);
        }
    }

    @Test
    void aFolderIsDeletedWithAllThatIsInIt() throws Exception {
        save(one, "/folder/a/b", "x", false);
        save(one, "/other", "x", false);
        one.deleteFolder(path("/folder"));
        one.deleteFile(path("/other"));
        assertThat(names(other, "/")).isEmpty();
        assertThat(landing()).isEmpty();
    }

    @Test
    void linksLeadNowhere() throws Exception {
        Path outside = Files.createDirectories(temp.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        save(one, "/folder/file", "x", false);
        Path root = temp.resolve("repository");
        Files.createSymbolicLink(root.resolve("folder/out"), outside);
        Files.createSymbolicLink(root.resolve("folder/secret"), outside.resolve("secret"));

        assertThat(names(one, "/folder")).containsExactly("/folder/file");
        assertThat(failure(() -> one.open(path("/folder/secret")))).isEqualTo(Kind.NOT_FOUND);
        assertThat(failure(() -> one.open(path("/folder/out/secret")))).isEqualTo(Kind.NOT_FOUND);
        assertThat(failure(() -> one.list(path("/folder/out")))).isEqualTo(Kind.NOT_FOUND);
        assertThat(failure(() -> save(one, "/folder/out/new", "x", true))).isEqualTo(Kind.NOT_FOUND);
        assertThat(failure(() -> save(one, "/folder/secret", "x", true))).isEqualTo(Kind.NOT_FOUND);
        assertThat(failure(() -> one.move(path("/folder/file"), path("/folder/out/file"), true)))
                .isEqualTo(Kind.NOT_FOUND);
        one.deleteFolder(path("/folder"));
        assertThat(outside.resolve("secret")).hasContent("secret");
    }

    @Test
    void aRepositoryThatIsFullTakesNothingMoreUntilThereIsRoomAgain() throws Exception {
        Repository small = node(new RepositorySettings(1, 1, 0, 1));
        save(small, "/a", "x".repeat(600_000), true);
        assertThat(failure(() -> save(small, "/b", "x".repeat(600_000), true))).isEqualTo(Kind.NO_ROOM);
        assertThat(names(small, "/")).containsExactly("/a");
        for (int i = 0; i < 5; i++) {
            // For the moment of the change both are there.
            save(small, "/a", "x".repeat(400_000), true);
        }
        small.deleteFile(path("/a"));
        save(small, "/b", "x".repeat(600_000), true);
        assertThat(landing()).isEmpty();
    }

    @Test
    void aDiskThatIsNearlyFullIsLeftAsItIs() {
        Repository full = node(new RepositorySettings(1, 0, 1 << 30, 1));
        assertThat(failure(() -> save(full, "/a", "x", true))).isEqualTo(Kind.NO_ROOM);
    }

    @Test
    void aShareThatIsNotMountedAnyMoreTakesNothing() throws Exception {
        save(one, "/a", "a", true);
        Files.delete(temp.resolve("mark"));
        assertThat(failure(() -> save(one, "/b", "b", true))).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure(() -> one.makeFolder(path("/c")))).isEqualTo(Kind.UNAVAILABLE);
        assertThat(landing()).isEmpty();
    }

    @Test
    void whatIsRefusedTakesNoRoom() throws Exception {
        Repository small = node(new RepositorySettings(1, 1, 0, 1));
        save(small, "/a", "x".repeat(400_000), true);
        for (int i = 0; i < 5; i++) {
            assertThat(failure(() -> save(small, "/a", "x".repeat(400_000), false)))
                    .isEqualTo(Kind.ALREADY_EXISTS);
        }
        save(small, "/b", "x".repeat(400_000), true);
    }

    @Test
    void whatIsNoArchiveOrNotAWholeOneIsSaidSo() throws Exception {
        save(one, "/text.zip", "this is no archive", true);
        assertThat(failure(() -> new Archives(one).unpack(path("/text.zip"), path("/out"))))
                .isEqualTo(Kind.INVALID);
        archive("a", "a".repeat(100_000));
        byte[] whole = one.read(path("/archive.zip"), 1 << 20);
        one.save(path("/half.zip"), new ByteArrayInputStream(whole, 0, whole.length / 2), true);
        assertThat(failure(() -> new Archives(one).unpack(path("/half.zip"), path("/out"))))
                .isEqualTo(Kind.INVALID);
        assertThat(names(one, "/")).doesNotContain("/out/");
    }

    @Test
    void archivesAreMadeAndUnpacked() throws Exception {
        save(one, "/in/a.txt", "a", false);
        save(one, "/in/deep/b.txt", "b", false);
        new Archives(one)
                .pack(
                        path("/in"),
                        List.of(path("/in/a.txt"), path("/in/deep"), path("/in/deep/b.txt")),
                        path("/in/all.zip"));
        new Archives(other).unpack(path("/in/all.zip"), path("/out"));
        assertThat(text(one, "/out/a.txt")).isEqualTo("a");
        assertThat(text(one, "/out/deep/b.txt")).isEqualTo("b");
    }

    @Test
    void anArchiveThatLeadsOutIsRefusedAsAWhole() throws Exception {
        for (String name : List.of("../evil", "/../evil", "a/../../evil", "..\\evil", "C:\\evil")) {
            archive("good", "good", name, "evil");
            assertThat(failure(() -> new Archives(one).unpack(path("/archive.zip"), path("/out"))))
                    .as(name)
                    .isEqualTo(Kind.INVALID);
            assertThat(names(one, "/")).containsExactly("/archive.zip");
        }
        assertThat(temp.resolve("evil")).doesNotExist();
    }

    @Test
    void anArchiveThatUnpacksToTooMuchIsRefused() throws Exception {
        archive("zeros", "\0".repeat(3 << 20));
        assertThat(failure(() -> new Archives(one).unpack(path("/archive.zip"), path("/out"))))
                .isEqualTo(Kind.TOO_LARGE);
        assertThat(names(one, "/")).containsExactly("/archive.zip");
    }

    private void archive(String... namesAndContents) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                zip.putNextEntry(new ZipEntry(namesAndContents[i]));
                zip.write(namesAndContents[i + 1].getBytes(UTF_8));
            }
        }
        one.save(path("/archive.zip"), new ByteArrayInputStream(bytes.toByteArray()), true);
    }
}
