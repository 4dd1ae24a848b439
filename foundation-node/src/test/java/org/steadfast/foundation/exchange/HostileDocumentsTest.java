package org.steadfast.foundation.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that were made to do harm. */
class HostileDocumentsTest {
    private static final ExchangeSettings SETTINGS = new ExchangeSettings(8, 1000, Duration.ofSeconds(10));
    private static final String THING = "<Entities><Things><Thing name=\"%s\"/></Things></Entities>";

    @TempDir
    private Path folder;

    static Stream<Arguments> attacks() {
        StringBuilder laughs = new StringBuilder("<!DOCTYPE x [<!ENTITY a0 \"ha\">");
        for (int i = 1; i < 12; i++) {
            laughs.append("<!ENTITY a" + i + " \"" + ("&a" + (i - 1) + ";").repeat(10) + "\">");
        }
        return Stream.of(
                Arguments.of("billion laughs", laughs + "]><Entities>&a11;</Entities>", "document type"),
                Arguments.of(
                        "an entity of its own",
                        "<!DOCTYPE x [<!ENTITY e \"v\">]><Entities><Things><Thing name=\"&e;\"/></Things></Entities>",
                        "document type"),
                Arguments.of(
                        "a document type on another machine",
                        "<!DOCTYPE Entities SYSTEM \"http://127.0.0.1:1/x.dtd\"><Entities/>",
                        "document type"),
                Arguments.of(
                        "an entity that nobody declared",
                        "<Entities><Things><Thing name=\"x\"><a>&gone;</a></Thing></Things></Entities>",
                        ""),
                Arguments.of(
                        "deep nesting",
                        "<Entities><Things><Thing name=\"x\">" + "<a>".repeat(100_000),
                        "more than 60 deep"),
                Arguments.of(
                        "a huge attribute",
                        THING.formatted("x".repeat((1 << 20) + 1)),
                        "longer than 1048576 characters"),
                Arguments.of(
                        "many attributes",
                        "<Entities><Things><Thing name=\"x\" "
                                + Stream.iterate(0, i -> i + 1)
                                        .limit(600)
                                        .map(i -> "a" + i + "=\"\"")
                                        .reduce("", (a, b) -> a + " " + b)
                                + "/></Things></Entities>",
                        "more than 500 attributes"),
                Arguments.of(
                        "too many entities",
                        "<Entities><Things>" + "<Thing name=\"x\"/>".repeat(1001) + "</Things></Entities>",
                        "more than 1000 entities"),
                Arguments.of("something else", "<html/>", "must be Entities, not html"),
                Arguments.of("half a document", "<Entities><Things>", "not well-formed"),
                Arguments.of("more after the end", "<Entities/><Entities/>", "not well-formed"),
                Arguments.of("no XML", "{\"a\": 1}", "not well-formed"),
                Arguments.of("nothing", "", "not well-formed"),
                Arguments.of("a long comment", "<Entities><!--" + "x".repeat(9 << 20) + "--></Entities>", "more than"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void isRefused(String name, String document, String why) {
        assertThatThrownBy(() -> read(document.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining(why);
    }

    @Test
    void readsNoFilesOfTheMachine() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "the secret");
        String document = "<!DOCTYPE x [<!ENTITY e SYSTEM \"" + secret.toUri()
                + "\">]><Entities><Things><Thing name=\"x\"><d>&e;</d></Thing></Things></Entities>";

        assertThatThrownBy(() -> read(document.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ExchangeException.class)
                .hasMessageNotContaining("the secret");
    }

    @Test
    void theBombIsLeftPacked() throws Exception {
        byte[] bomb = zip("bomb.xml", ("<Entities>" + " ".repeat(64 << 20)).getBytes(StandardCharsets.UTF_8));
        assertThat(bomb.length).isLessThan(100_000);

        assertThatThrownBy(() -> read(bomb))
                .isInstanceOfSatisfying(
                        ExchangeException.class, e -> assertThat(e.kind()).isEqualTo(ExchangeException.Kind.TOO_LARGE));
        assertThatThrownBy(() -> read(zip("bomb.txt", new byte[64 << 20])))
                .as("nobody looks into the file, but it is unpacked all the same")
                .isInstanceOf(ExchangeException.class);
    }

    @Test
    void allFilesTogetherAreCounted() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < 10; i++) {
                zip.putNextEntry(new ZipEntry("part" + i + ".xml"));
                byte[] noise = new byte[1 << 20];
                new java.util.Random(i).nextBytes(noise);
                zip.write("<Entities><!--".getBytes(StandardCharsets.UTF_8));
                for (byte each : noise) {
                    zip.write('a' + (each & 15));
                }
                zip.write("--></Entities>".getBytes(StandardCharsets.UTF_8));
            }
        }

        assertThatThrownBy(() -> read(bytes.toByteArray())).hasMessageContaining("the archive unpacks to more than");
    }

    @Test
    void namesOfFilesAreOnlyNames() throws Exception {
        EntityDocuments documents =
                read(zip("../../../../tmp/evil.xml", THING.formatted("x").getBytes(StandardCharsets.UTF_8)));

        assertThat(documents.entities()).hasSize(1);
        assertThat(Path.of("/tmp/evil.xml")).doesNotExist();
    }

    @Test
    void aBrokenArchiveIsRefused() throws Exception {
        byte[] whole = zip("a.xml", THING.formatted("x").getBytes(StandardCharsets.UTF_8));
        byte[] half = java.util.Arrays.copyOf(whole, 45);

        assertThatThrownBy(() -> read(half)).isInstanceOf(ExchangeException.class);
    }

    private static byte[] zip(String name, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
        }
        return bytes.toByteArray();
    }

    private static EntityDocuments read(byte[] file) throws Exception {
        EntityDocuments documents = new EntityDocuments(SETTINGS);
        documents.readFile(new ByteArrayInputStream(file));
        return documents;
    }
}
