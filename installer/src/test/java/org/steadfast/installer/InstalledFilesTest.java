package org.steadfast.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledFilesTest {
    @TempDir
    private Path home;

    private Path file(String name, String text) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    @Test
    void aFolderIsThatOfAnInstallationByItsListAlone() throws Exception {
        file("bin/steadfast", "looks like it");
        assertThat(InstalledFiles.areIn(home)).isFalse();
        InstalledFiles.none().write(home);
        assertThat(InstalledFiles.areIn(home)).isTrue();
        assertThat(InstalledFiles.read(home)).isEqualTo(InstalledFiles.none());
    }

    @Test
    void whatALaterVersionHasNotGoesAndNothingElse() throws Exception {
        Path kept = file("lib/kept-2.jar", "kept");
        Path gone = file("lib/gone-1.jar", "gone");
        Path edited = file("conf/jvm/old.options", "as installed");
        InstalledFiles first = InstalledFiles.of(home, Set.of(kept, gone, edited));
        first.write(home);
        Path foreign = file("lib/foreign.jar", "of somebody else");
        Files.writeString(edited, "mine");

        InstalledFiles second = InstalledFiles.of(home, Set.of(kept));
        InstalledFiles.read(home).removeAllBut(home, second);

        assertThat(gone).doesNotExist();
        assertThat(kept).exists();
        assertThat(foreign).exists();
        assertThat(edited).hasContent("mine");
        InstalledFiles all = second.with(first, home);
        assertThat(all.checksums()).containsOnlyKeys("lib/kept-2.jar", "conf/jvm/old.options");
        assertThat(all.isUntouched(home, "conf/jvm/old.options"))
                .as("it stays known as edited")
                .isFalse();
        assertThat(all.isUntouched(home, "lib/kept-2.jar")).isTrue();
    }

    @Test
    void symbolicLinksAndNamesThatLeadElsewhereAreLeftAlone() throws Exception {
        Path outside = Files.createTempDirectory("outside");
        Path precious = Files.writeString(outside.resolve("precious"), "x");
        Files.createDirectories(home.resolve("lib"));
        Files.createSymbolicLink(home.resolve("lib/link"), outside);
        Files.createSymbolicLink(home.resolve("lib/file"), precious);
        String checksum =
                InstalledFiles.of(outside, Set.of(precious)).checksums().get("precious");
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(
                home.resolve(InstalledFiles.LIST),
                checksum + " lib/link/precious\n" + checksum + " lib/file\n" + checksum + " ../" + outside.getFileName()
                        + "/precious\n");

        InstalledFiles.read(home).removeAllBut(home, InstalledFiles.none());

        assertThat(precious).exists();
        assertThat(home.resolve("lib/file")).exists();
        Files.delete(precious);
        Files.delete(outside);
    }
}
