package org.steadfast.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of a file of answers before any of them is used. */
class AnswersOfFileTest {
    @TempDir
    private Path folder;

    private OptionsFile file(String text) throws Exception {
        return OptionsFile.read(Files.writeString(folder.resolve("answers.properties"), text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "setup.kind=cluster | setup.kind must be one of",
                "setup.database=mine | setup.database must be one of",
                "setup.start=maybe | setup.start must be one of",
                "database-url=jdbc:postgresql://a/b | database-url does not go with",
                "local-folder=/a | local-folder does not go with",
                "setup.kind=several-machines\\nlisten=127.0.0.1 | listen does not go with",
                "setup.kind=several-machines\\nsetup.database=own\\ndatabase-machine=a | database-machine does not go with"
            })
    void whatDoesNotFitTogetherIsNamed(String text, String told) throws Exception {
        OptionsFile file = file(text.replace("\\n", "\n"));
        assertThat(file.problems()).isEmpty();
        assertThat(Answers.problemsOfFile(file.answers()))
                .singleElement()
                .asString()
                .contains(told);
    }

    @Test
    void aMisspelledAnswerIsNamed() throws Exception {
        assertThat(file("rest-prot=8080\nsetup.timeout=5\nrest-port=8080").problems())
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).contains("rest-prot is no answer"))
                .anySatisfy(problem -> assertThat(problem).contains("setup.timeout is no answer"));
    }

    @Test
    void charactersThatIzPackWouldReadOtherwiseAreRefused() throws Exception {
        assertThat(file("instance=/srv/fräse").problems())
                .singleElement()
                .asString()
                .contains("ASCII");
        OptionsFile escaped = file("instance=/srv/fr\\u00e4se");
        assertThat(escaped.problems()).isEmpty();
        assertThat(escaped.answers()).containsEntry("instance", "/srv/fräse");
    }

    @Test
    void theFileByWhichAClusterWasLaidOutDoesForItsUpdate() throws Exception {
        OptionsFile file = file("setup.kind=existing-cluster\nrest-port=8080\nfoundation-nodes=2\nlisten=127.0.0.1");
        assertThat(file.problems()).isEmpty();
        assertThat(Answers.problemsOfFile(file.answers())).isEmpty();
    }

    @Test
    void theFileIsFoundHoweverIzPackIsToldOfIt() {
        assertThat(OptionsFile.name(List.of("-jar", "setup.jar", "-options", "a")))
                .contains("a");
        assertThat(OptionsFile.name(List.of("-OPTIONS-AUTO", "b", "-language", "eng")))
                .contains("b");
        assertThat(OptionsFile.name(List.of("-console"))).isEmpty();
        assertThat(OptionsFile.name(List.of("-options"))).isEmpty();
    }

    @Test
    void whatSaysNothingIsNoAnswer() throws Exception {
        OptionsFile file = file("database-url=\nsetup.kind=one-machine\nlocal-folder=  ");
        assertThat(Answers.problemsOfFile(file.answers())).isEmpty();
    }
}
