package org.steadfast.coordination.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingValuesTest {
    private static final String PATH = "Platform.SampleSettings";

    @TempDir
    private Path folder;

    private SettingsFolder settings;

    /** A duration without bounds. */
    record DurationSettings(
            @Setting(key = "Time", meaning = "How long.") Duration time) {}

    @BeforeEach
    void open() {
        settings = new SettingsFolder(folder);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Text     | 5                  | must be a text in quotes, not a number",
                "Text     | true               | must be a text in quotes, not true or false",
                "Text     | []                 | must be a text, not a list",
                "Text     | {}                 | must be a text, not an object",
                "Text     | \"UPPER\"          | must match [a-z;]*, not \"UPPER\"",
                "Count    | \"many\"           | must be a whole number, not \"many\"",
                "Count    | 2.5                | must be a whole number, not \"2.5\"",
                "Count    | true               | must be a whole number, not \"true\"",
                "Count    | [1]                | must be a whole number, not a list",
                "Count    | {}                 | must be a whole number, not an object",
                "Count    | \"\"               | must be a whole number, not \"\"",
                "Count    | 0                  | must lie between 1 and 10, not 0",
                "Count    | 11                 | must lie between 1 and 10, not 11",
                "Count    | 4294967297         | must lie between 1 and 10, not 4294967297",
                "Size     | 9223372036854775808 | must be a whole number, not \"9223372036854775808\"",
                "Size     | 1e400              | must be a whole number",
                "Enabled  | 1                  | must be true or false, not \"1\"",
                "Enabled  | \"yes\"            | must be true or false, not \"yes\"",
                "Enabled  | \"TRUE\"           | must be true or false, not \"TRUE\"",
                "Enabled  | {}                 | must be true or false, not an object",
                "Folder   | 5                  | must be a path in quotes, not a number",
                "Folder   | []                 | must be a path, not a list",
                "Folder   | \"a\\u0000b\"      | is not a path",
                "Patience | \"soon\"           | must be a number of milliseconds or a text such as \"10 s\", not \"soon\"",
                "Patience | true               | must be a number of milliseconds or a text such as \"10 s\", not \"true\"",
                "Patience | 1500.5             | must be a number of milliseconds or a text such as \"10 s\", not \"1500.5\"",
                "Patience | -5                 | must be a number of milliseconds or a text such as \"10 s\", not \"-5\"",
                "Patience | {}                 | must be a number of milliseconds or a text such as \"10 s\", not an object",
                "Patience | 999                | must lie between 1000 and 60000, not 999",
                "Patience | \"61 s\"           | must lie between 1000 and 60000, not 61000",
                "Password | 5                  | in quotes, not a number",
                "Password | []                 | must be a secret: encrypt.<name>, ${env:NAME} or the text itself, not a list",
                "Password | \"\"               | the secret is empty",
                "Level    | \"middle\"         | must be one of [low, very_high], not \"middle\"",
                "Level    | 1                  | must be one of [low, very_high] in quotes, not a number",
                "Level    | []                 | must be one of [low, very_high], not a list",
                "Hosts    | 5                  | must be a list of texts",
                "Hosts    | {}                 | must be a list of texts",
                "Hosts    | [\"a:1\", 5]       | must be a list of texts",
                "Hosts    | [[\"a:1\"]]        | must be a list of texts",
                "Hosts    | [null]             | must be a list of texts",
            })
    void aWrongTypeOrValueIsRefused(String key, String json, String message) throws IOException {
        write(key, json);
        assertThat(settings.problems(PATH, SampleSettings.class))
                .singleElement()
                .asString()
                .startsWith(PATH + "." + key + ": ")
                .contains(message.replace(';', '|'));
    }

    @ParameterizedTest
    @CsvSource({
        "1500, 1500",
        "\"1500\", 1500",
        "\"1500 ms\", 1500",
        "\"2s\", 2000",
        "\" 2 s \", 2000",
        "\"3 min\", 180000",
        "\"1 h\", 3600000",
        "\"2 d\", 172800000",
        "0, 0"
    })
    void aDurationHasAUnitOrIsInMilliseconds(String json, long millis) throws Exception {
        settings.shared("{\"D\": {\"Time\": " + json + "}}");
        assertThat(settings.read("D", DurationSettings.class).time()).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 year", "1.5 s", "-1 s", "s", "", "99999999999999999999"})
    void aTextThatIsNoDurationIsRefused(String text) throws Exception {
        settings.shared("{\"D\": {\"Time\": \"" + text + "\"}}");
        assertThat(settings.problems("D", DurationSettings.class))
                .singleElement()
                .asString()
                .startsWith("D.Time: must be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999999999 d", "999999999999999 h", "999999999999999 min", "999999999999999"})
    void aDurationThatNobodyCanWaitForIsRefused(String text) throws Exception {
        write("Patience", "\"" + text + "\"");
        assertThat(settings.problems(PATH, SampleSettings.class))
                .singleElement()
                .asString()
                .startsWith(PATH + ".Patience: must lie between 1000 and 60000, not ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"very-high", "VERY_HIGH", "Very-High", "very_high"})
    void aConstantMayBeWrittenInAnyCase(String text) throws Exception {
        write("Level", "\"" + text + "\"");
        assertThat(settings.read(PATH, SampleSettings.class).level()).isEqualTo(SampleSettings.Level.VERY_HIGH);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Count | 7",
                "Text | seven",
                "Enabled | true",
                "Folder | /seven",
                "Patience | 7 s",
                "Hosts | a:1,b:2"
            })
    void aVariableOfTheEnvironmentStandsForAValueOfAnyType(String key, String value) throws Exception {
        write(key, "\"${env:SEVEN}\"");
        settings.environment("SEVEN", value);
        SampleSettings read = settings.read(PATH, SampleSettings.class);
        write(key, "\"" + value + "\"");
        assertThat(read).isEqualTo(settings.read(PATH, SampleSettings.class));
    }

    @Test
    void aVariableThatIsNotSetIsNamed() throws Exception {
        settings.shared(
                "{\"Platform\": {\"SampleSettings\": {\"Password\": \"${env:ONE}\", \"Hosts\": [\"${env:TWO}\"]}}}");
        assertThat(settings.problems(PATH, SampleSettings.class))
                .containsExactly(
                        PATH + ".Password: the environment variable ONE is not set",
                        PATH + ".Hosts: the environment variable TWO is not set");
    }

    @Test
    void aSecretComesFromTheEnvironment() throws Exception {
        settings.environment("PASSWORD", "hunter2");
        write("Password", "\"${env:PASSWORD}\"");
        assertThat(settings.read(PATH, SampleSettings.class).password().reveal())
                .isEqualTo("hunter2");
    }

    @Test
    void aSecretComesFromTheKeystore() throws Exception {
        new SecretStore(folder).put("sample.password", new Secret("hunter2"));
        write("Password", "\"encrypt.sample.password\"");
        assertThat(settings.read(PATH, SampleSettings.class).password().reveal())
                .isEqualTo("hunter2");
    }

    @Test
    void aSecretThatIsMissingInTheKeystoreIsNamed() throws Exception {
        write("Password", "\"encrypt.sample.password\"");
        String problem = PATH + ".Password: the keystore in " + folder + " has no secret sample.password";
        assertThat(settings.problems(PATH, SampleSettings.class)).containsExactly(problem);
        new SecretStore(folder).put("other.password", new Secret("hunter2"));
        assertThat(settings.problems(PATH, SampleSettings.class)).containsExactly(problem);
    }

    /** Writes one key, and the password that is always wanted. */
    private void write(String key, String json) throws IOException {
        String password = key.equals("Password") ? "" : ", \"Password\": \"x\"";
        settings.shared("{\"Platform\": {\"SampleSettings\": {\"" + key + "\": " + json + password + "}}}");
    }
}
