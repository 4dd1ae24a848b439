package org.steadfast.coordination.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFileTest {
    private static final String PATH = "PlatformSettingsConfig.BasicSettings";

    @TempDir
    private Path folder;

    private SettingsFolder settings;

    @BeforeEach
    void open() {
        settings = new SettingsFolder(folder);
    }

    private List<String> problems() {
        return SettingsFolder.problemsOf(catchThrowableOfType(InvalidSettingsException.class, settings::load));
    }

    private BasicSettings read() throws InvalidSettingsException {
        return settings.read(PATH, BasicSettings.class);
    }

    @Test
    void aMissingFileIsNamedWithTheOptionThatLeadsElsewhere() {
        assertThat(problems())
                .containsExactly(folder.resolve("platform-settings.json")
                        + ": there is no settings file; name the ThingworxPlatform location by --platform");
    }

    @Test
    void commentsAndTrailingCommasAreAllowed() throws Exception {
        settings.shared("""
                // The storage locations.
                {"PlatformSettingsConfig": {
                    /* of this cluster */
                    "BasicSettings": {
                        "Storage": "/mnt/storage", # shared
                    },
                }}
                """);
        assertThat(read().storage()).isEqualTo(Path.of("/mnt/storage"));
    }

    @Test
    void aSyntaxErrorIsToldWithItsFileAndLine() throws Exception {
        settings.shared("{\n  \"A\": 1,\n  \"B\" 2\n}\n").overlay(SettingsFolder.NODE, "[\n1 2]");
        assertThat(problems())
                .satisfiesExactly(
                        shared -> assertThat(shared)
                                .startsWith(folder.resolve("platform-settings.json") + ", line 3, column ")
                                .contains("was expecting a colon"),
                        overlay -> assertThat(overlay)
                                .startsWith(folder.resolve("nodes/node1.json") + ", line 2, column "));
    }

    @Test
    void aKeyThatStandsTwiceIsRefused() throws Exception {
        settings.shared("{\"A\": {\n\"Storage\": \"/a\",\n\"Storage\": \"/b\"}}");
        assertThat(problems())
                .singleElement()
                .asString()
                .contains("platform-settings.json, line 3", "Duplicate", "Storage");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "1", "\"text\"", "null", "// nothing\n"})
    void aFileMustHoldOneObject(String text) throws Exception {
        settings.shared(text);
        assertThat(problems())
                .containsExactly(folder.resolve("platform-settings.json") + ": must hold one JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"PlatformSettingsConfig\": {}}, \"Lost\": {}}", "{} {}", "{}\n}", "{} garbage"})
    void whatFollowsTheObjectIsNotPassedOver(String text) throws Exception {
        settings.shared(text);
        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith(folder.resolve("platform-settings.json") + ", line ");
    }

    @Test
    void aFileThatIsNoTextIsToldSo() throws Exception {
        Files.write(folder.resolve("platform-settings.json"), new byte[] {'{', (byte) 0xff, '}'});
        assertThat(problems())
                .containsExactly(folder.resolve("platform-settings.json")
                        + ": cannot be read: java.nio.charset.MalformedInputException: Input length = 1");
    }

    @Test
    void theNodesOwnFileIsLaidOverTheSharedOneKeyByKey() throws Exception {
        settings.shared(
                        "{\"PlatformSettingsConfig\": {\"BasicSettings\": {\"Storage\": \"/s\", \"BackupStorage\": \"/b\"}}}")
                .overlay(
                        SettingsFolder.NODE,
                        "{\"PlatformSettingsConfig\": {\"BasicSettings\": {\"Storage\": \"/own\"}}}")
                .overlay("node2", "{\"PlatformSettingsConfig\": {\"BasicSettings\": {\"Storage\": \"/others\"}}}");
        assertThat(read()).isEqualTo(new BasicSettings(Path.of("/own"), Path.of("/b"), List.of()));
    }

    @Test
    void aNullInTheNodesOwnFileBringsTheDefaultBack() throws Exception {
        settings.shared("{\"PlatformSettingsConfig\": {\"BasicSettings\": {\"Storage\": \"/s\"}}}")
                .overlay(SettingsFolder.NODE, "{\"PlatformSettingsConfig\": {\"BasicSettings\": {\"Storage\": null}}}");
        assertThat(read().storage()).isEqualTo(folder.resolveSibling("ThingworxStorage"));
    }

    @Test
    void theEnvironmentIsLaidOverBoth() throws Exception {
        settings.shared(
                        "{\"PlatformSettingsConfig\": {\"BasicSettings\": {\"Storage\": \"/s\", \"BackupStorage\": \"/b\"}}}")
                .overlay(
                        SettingsFolder.NODE,
                        "{\"PlatformSettingsConfig\": {\"BasicSettings\": {\"Storage\": \"/own\"}}}")
                .environment("STEADFAST__PlatformSettingsConfig__BasicSettings__Storage", "/environment")
                .environment("STEADFAST_HOME", "/not/a/setting");
        assertThat(read()).isEqualTo(new BasicSettings(Path.of("/environment"), Path.of("/b"), List.of()));
    }

    @Test
    void theEnvironmentMakesSectionsThatTheFilesDoNotHave() throws Exception {
        settings.shared("{}").environment("STEADFAST__PlatformSettingsConfig__BasicSettings__Storage", "/environment");
        assertThat(read().storage()).isEqualTo(Path.of("/environment"));
    }

    @Test
    void anUnknownKeyFromTheEnvironmentIsAnErrorToo() throws Exception {
        settings.shared("{}").environment("STEADFAST__PlatformSettingsConfig__BasicSettings__Storag", "/environment");
        assertThat(settings.problems(PATH, BasicSettings.class))
                .containsExactly(PATH + ".Storag: unknown key; did you mean Storage?");
    }

    @Test
    void theEnvironmentDoesNotHideASectionOfTheWrongType() throws Exception {
        settings.shared("{\"PlatformSettingsConfig\": {\"BasicSettings\": \"off\"}}")
                .environment("STEADFAST__PlatformSettingsConfig__BasicSettings__Storage", "/environment");
        assertThat(settings.problems(PATH, BasicSettings.class)).containsExactly(PATH + ": must be an object");
    }

    @Test
    void aSecretIsNotShownByTheTree() throws Exception {
        settings.shared("{\"Any\": {\"Password\": \"hunter2\"}}").environment("STEADFAST__Any__Key", "hunter3");
        assertThat(settings.load()).asString().contains(folder.toString()).doesNotContain("hunter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunter2", "'hunter2'", "hunter2\"", "\"hunter2", "\"hunter2\" \"x\"", "\"hunter2\\q\""})
    void aSecretWithWrongQuotesIsNotShownByTheProblem(String value) throws Exception {
        settings.shared("{\"Any\": {\n\"Password\": " + value + "\n}}");
        assertThat(problems())
                .singleElement()
                .asString()
                .contains("platform-settings.json, line ")
                .doesNotContain("hunter");
    }
}
