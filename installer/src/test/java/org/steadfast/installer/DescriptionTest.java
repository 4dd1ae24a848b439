package org.steadfast.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What izPack would pass over in silence: texts that are missing, conditions and variables that nobody has defined. */
class DescriptionTest {
    private static final Path SOURCES = Path.of("src/main/izpack");

    private static Document read(String file) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(SOURCES.resolve(file).toFile());
    }

    private static Set<String> values(Document document, String element, String attribute) {
        NodeList elements = document.getElementsByTagName(element);
        return IntStream.range(0, elements.getLength())
                .mapToObj(i -> ((Element) elements.item(i)).getAttribute(attribute))
                .filter(value -> !value.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> asked() throws Exception {
        return values(read("questions.xml"), "field", "variable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eng", "deu"})
    void everyTextIsThereInEveryLanguage(String language) throws Exception {
        Document questions = read("questions.xml");
        Set<String> wanted = new TreeSet<>();
        for (String element : new String[] {"field", "spec", "choice", "pwd", "validator"}) {
            wanted.addAll(values(questions, element, "id"));
        }
        wanted.addAll(values(questions, "field", "summaryKey"));
        wanted.addAll(values(questions, "panel", "summaryKey"));
        values(read("install.xml"), "panel", "id").forEach(panel -> wanted.add(panel + ".headline"));

        Set<String> there = values(read("langpacks/" + language + ".xml"), "str", "id");
        assertThat(there).containsAll(wanted);
        assertThat(there)
                .as("the languages have the same texts")
                .isEqualTo(values(read("langpacks/eng.xml"), "str", "id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"install.xml", "questions.xml", "jobs.xml"})
    void everyConditionIsDefined(String file) throws Exception {
        Document document = read(file);
        Set<String> used = new TreeSet<>();
        for (String element : new String[] {"panel", "field", "job", "pack", "validator"}) {
            used.addAll(values(document, element, "condition"));
            used.addAll(values(document, element, "conditionid"));
        }
        used.addAll(values(document, "condition", "refid"));

        assertThat(values(read("install.xml"), "condition", "id")).containsAll(used);
    }

    @Test
    void everyAnswerHasAValueWhereItIsNotAskedFor() throws Exception {
        assertThat(values(read("install.xml"), "variable", "name")).containsAll(asked());
    }

    @Test
    void everyQuestionCanBeAnsweredByAFile() throws Exception {
        assertThat(asked()).allMatch(Answers::isKnown);
    }

    @Test
    void everyPanelWithQuestionsChecksItsAnswers() throws Exception {
        NodeList panels = read("install.xml").getElementsByTagName("panel");
        for (int i = 0; i < panels.getLength(); i++) {
            Element panel = (Element) panels.item(i);
            if (panel.getAttribute("classname").equals("UserInputPanel")) {
                assertThat(panel.getElementsByTagName("validator").getLength())
                        .as(panel.getAttribute("id"))
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void everyAnswerStandsOnItsPageOfTheReference() throws Exception {
        String page = Files.readString(Path.of("../docs/reference/answers.md"));
        Set<String> wanted = asked();
        wanted.add("INSTALL_PATH");
        assertThat(wanted).allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }
}
