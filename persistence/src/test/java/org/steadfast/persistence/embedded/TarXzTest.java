package org.steadfast.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class TarXzTest {
    @TempDir
    private Path folder;

    @Test
    void keepsContentsLinksAndTheRightToExecute() throws Exception {
        Path target = folder.resolve("target");
        try (InputStream archive =
                archive(file("bin/run", 0700), file("share/text", 0600), link("bin/../share/link", "text"))) {
            TarXz.unpack(archive, target);
        }

        assertThat(target.resolve("share/link")).isSymbolicLink().hasContent("content");
        assertThat(permissions(target.resolve("bin"))).isEqualTo("rwxr-xr-x");
        assertThat(permissions(target.resolve("bin/run"))).isEqualTo("rwxr-xr-x");
        assertThat(permissions(target.resolve("share/text"))).isEqualTo("rw-r--r--");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "bin/../../outside"})
    void refusesAFileThatLeadsOut(String name) throws Exception {
        try (InputStream archive = archive(file(name, 0600))) {
            assertThatThrownBy(() -> TarXz.unpack(archive, folder.resolve("target")))
                    .isInstanceOf(IOException.class);
        }
        assertThat(folder.resolve("outside")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "/etc", "a/../../outside"})
    void refusesALinkThatLeadsOut(String destination) throws Exception {
        try (InputStream archive = archive(link("link", destination))) {
            assertThatThrownBy(() -> TarXz.unpack(archive, folder.resolve("target")))
                    .isInstanceOf(IOException.class);
        }
        assertThat(folder.resolve("target/link")).doesNotExist();
    }

    @Test
    void refusesWhatIsNeitherFileNorFolderNorSymbolicLink() throws Exception {
        TarArchiveEntry hardLink = new TarArchiveEntry("link", TarConstants.LF_LINK);
        hardLink.setLinkName("text");
        try (InputStream archive = archive(hardLink)) {
            assertThatThrownBy(() -> TarXz.unpack(archive, folder.resolve("target")))
                    .isInstanceOf(IOException.class);
        }
        assertThat(folder.resolve("target/link")).doesNotExist();
    }

    private static TarArchiveEntry file(String name, int mode) {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setMode(mode);
        entry.setSize("content".length());
        return entry;
    }

    private static TarArchiveEntry link(String name, String destination) {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(destination);
        return entry;
    }

    private static InputStream archive(TarArchiveEntry... entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new XZOutputStream(bytes, new LZMA2Options(0)))) {
            for (TarArchiveEntry entry : entries) {
                tar.putArchiveEntry(entry);
                if (entry.getSize() > 0) {
                    tar.write("content".getBytes(StandardCharsets.UTF_8));
                }
                tar.closeArchiveEntry();
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
