package org.steadfast.coordination.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.settings.SampleSettings.Level;

class SettingsReaderTest {
    @TempDir
    private Path folder;

    private SettingsFolder settings;

    /** Settings whose parts only make sense together. */
    record RangeSettings(
            @Setting(key = "Low", byDefault = "1", meaning = "The lower end.")
            int low,

            @Setting(key = "High", byDefault = "2", meaning = "The upper end.")
            int high) {
        RangeSettings {
            if (low > high) {
                throw new IllegalArgumentException("Low is above High");
            }
        }
    }

    @BeforeEach
    void open() {
        settings = new SettingsFolder(folder);
    }

    @Test
    void whatIsNotSetHasItsDefault() throws Exception {
        settings.shared("{\"Platform\": {\"SampleSettings\": {\"Password\": \"open sesame\"}}}");
        assertThat(settings.read(SampleSettings.PATH, SampleSettings.class))
                .isEqualTo(new SampleSettings(
                        "plain",
                        5,
                        5_000_000_000L,
                        false,
                        folder.resolveSibling("data"),
                        Duration.ofSeconds(10),
                        new Secret("open sesame"),
                        Level.VERY_HIGH,
                        List.of()));
    }

    @Test
    void everyTypeIsRead() throws Exception {
        settings.shared("""
                {"Platform": {"SampleSettings": {
                    "Text": "other",
                    "Count": 7,
                    "Size": 9223372036854775807,
                    "Enabled": true,
                    "Folder": "/var/lib/somewhere/../else",
                    "Patience": "1 min",
                    "Password": "open sesame",
                    "Level": "low",
                    "Hosts": ["a:1", "b:2"]
                }}}
                """);
        assertThat(settings.read(SampleSettings.PATH, SampleSettings.class))
                .isEqualTo(new SampleSettings(
                        "other",
                        7,
                        Long.MAX_VALUE,
                        true,
                        Path.of("/var/lib/else"),
                        Duration.ofMinutes(1),
                        new Secret("open sesame"),
                        Level.LOW,
                        List.of("a:1", "b:2")));
    }

    @Test
    void aNullIsAnAbsentKey() throws Exception {
        settings.shared("{\"Platform\": {\"SampleSettings\": {\"Count\": null, \"Password\": null}}}");
        assertThat(settings.problems(SampleSettings.PATH, SampleSettings.class))
                .containsExactly("Platform.SampleSettings.Password: is not set; What nobody else knows.");
    }

    @Test
    void aRequiredKeyThatIsMissingIsNamedWithItsMeaning() throws Exception {
        settings.shared("{}");
        assertThat(settings.problems(SampleSettings.PATH, SampleSettings.class))
                .containsExactly("Platform.SampleSettings.Password: is not set; What nobody else knows.");
    }

    @Test
    void anUnknownKeyIsAnErrorThatNamesTheNearestOne() throws Exception {
        settings.shared("{\"Platform\": {\"SampleSettings\": {\"Password\": \"x\", \"passwort\": 1, \"Counts\": 2}}}");
        assertThat(settings.problems(SampleSettings.PATH, SampleSettings.class))
                .containsExactly(
                        "Platform.SampleSettings.passwort: unknown key; did you mean Password?",
                        "Platform.SampleSettings.Counts: unknown key; did you mean Count?");
    }

    @Test
    void anUnknownSectionIsAnErrorThatNamesTheNearestOne() throws Exception {
        settings.shared("""
                {"Platform": {"SampleSettings": {"Password": "x"}, "OtherSettngs": {}}, "Platfrom": {"SampleSettings": {}}}
                """);
        SettingsReader reader = settings.reader("Platform.OtherSettings", "PlatformConfig.X");
        assertThat(reader.section(SampleSettings.PATH, SampleSettings.class)).isNotNull();
        assertThat(SettingsFolder.problemsOf(catchThrowableOfType(InvalidSettingsException.class, reader::finish)))
                .containsExactly(
                        "Platform.OtherSettngs: unknown key; did you mean OtherSettings?",
                        "Platfrom: unknown key; did you mean Platform?");
    }

    @Test
    void onlySectionsOfTheSameParentAreProposed() throws Exception {
        settings.shared("{\"Platform\": {\"SampleSettings\": {\"Password\": \"x\"}, \"onfig\": {}}}");
        SettingsReader reader = settings.reader("PlatformConfig.X");
        assertThat(reader.section(SampleSettings.PATH, SampleSettings.class)).isNotNull();
        assertThat(SettingsFolder.problemsOf(catchThrowableOfType(InvalidSettingsException.class, reader::finish)))
                .containsExactly("Platform.onfig: unknown key; did you mean SampleSettings?");
    }

    @Test
    void sectionsOfOtherKindsOfNodesAreLeftToThem() throws Exception {
        settings.shared("{\"Platform\": {\"SampleSettings\": {\"Password\": \"x\"}, \"Other\": {\"Whatever\": [1]}}}");
        SettingsReader reader = settings.reader("Platform.Other");
        assertThat(reader.section(SampleSettings.PATH, SampleSettings.class)).isNotNull();
        reader.finish();
    }

    @Test
    void aSectionMustBeAnObject() throws Exception {
        settings.shared("{\"Platform\": {\"SampleSettings\": [1]}}");
        assertThat(settings.problems(SampleSettings.PATH, SampleSettings.class))
                .containsExactly("Platform.SampleSettings: must be an object");
    }

    @Test
    void whatHoldsSectionsMustBeAnObjectToo() throws Exception {
        settings.shared("{\"Platform\": \"off\"}");
        assertThat(settings.problems(
                        BasicSettings.PATH.replace("PlatformSettingsConfig", "Platform"), BasicSettings.class))
                .containsExactly("Platform: must be an object");
    }

    @Test
    void allProblemsAreToldAtOnceEachWithItsPath() throws Exception {
        settings.shared("""
                {"Platform": {"SampleSettings": {
                    "Count": 11, "Size": "large", "Enabled": "yes", "Patience": 5, "Level": "middle", "Hosts": {}, "Folders": ""
                }}, "Spare": 1}
                """);
        InvalidSettingsException failure = catchThrowableOfType(
                InvalidSettingsException.class, () -> settings.read(SampleSettings.PATH, SampleSettings.class));
        assertThat(failure.problems())
                .extracting(InvalidSettingsException.Problem::path)
                .containsExactlyInAnyOrder(
                        "Platform.SampleSettings.Folders",
                        "Platform.SampleSettings.Count",
                        "Platform.SampleSettings.Size",
                        "Platform.SampleSettings.Enabled",
                        "Platform.SampleSettings.Patience",
                        "Platform.SampleSettings.Password",
                        "Platform.SampleSettings.Level",
                        "Platform.SampleSettings.Hosts",
                        "Spare");
        assertThat(failure.getMessage().lines()).hasSize(9);
    }

    @Test
    void problemsOfSeveralSectionsAreToldTogether() throws Exception {
        settings.shared("{\"Platform\": {\"SampleSettings\": {}, \"Range\": {\"Low\": \"x\"}}}");
        SettingsReader reader = settings.reader();
        assertThat(reader.section(SampleSettings.PATH, SampleSettings.class)).isNull();
        assertThat(reader.section("Platform.Range", RangeSettings.class)).isNull();
        assertThat(SettingsFolder.problemsOf(catchThrowableOfType(InvalidSettingsException.class, reader::finish)))
                .containsExactly(
                        "Platform.SampleSettings.Password: is not set; What nobody else knows.",
                        "Platform.Range.Low: must be a whole number, not \"x\"");
    }

    @Test
    void aRecordsOwnCheckIsReportedAtItsSection() throws Exception {
        settings.shared("{\"Platform\": {\"Range\": {\"Low\": 3}}}");
        assertThat(settings.problems("Platform.Range", RangeSettings.class))
                .containsExactly("Platform.Range: Low is above High");
    }

    @Test
    void aPathIsSeenFromTheFolderOfTheSettings() throws Exception {
        settings.shared("{\"Platform\": {\"SampleSettings\": {\"Password\": \"x\", \"Folder\": \"sub/./inner\"}}}");
        assertThat(settings.read(SampleSettings.PATH, SampleSettings.class).folder())
                .isEqualTo(folder.resolve("sub/inner"));
    }

    @Test
    void aListMayBeTextSeparatedByCommas() throws Exception {
        settings.shared("{\"Platform\": {\"SampleSettings\": {\"Password\": \"x\", \"Hosts\": \" a:1, b:2,,\"}}}");
        assertThat(settings.read(SampleSettings.PATH, SampleSettings.class).hosts())
                .containsExactly("a:1", "b:2");
    }
}
