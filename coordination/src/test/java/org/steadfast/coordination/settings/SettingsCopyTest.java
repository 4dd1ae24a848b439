package org.steadfast.coordination.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsCopyTest {
    @TempDir
    private Path folder;

    private Map<String, String> copies() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        new SettingsCopy(folder, Map.of(SampleSettings.PATH, SampleSettings.class))
                .files()
                .forEach((name, content) -> texts.put(name, new String(content, StandardCharsets.UTF_8)));
        return texts;
    }

    @Test
    void hasTheFilesOfAllNodesWithoutWhatIsSecret() throws Exception {
        new SettingsFolder(folder)
                .shared("""
                        {"Platform": {"SampleSettings": {
                            "Count": 7, // unmistakable, but no comment is copied
                            "Text": "jdbc:postgresql://h/db?user=u&sslpassword=unmistakable;unmistakable&ssl=true",
                            "Pasword": "unmistakable",
                            "More": {"Deep": ["unmistakable"]},
                            "Hosts": ["a", "b"],
                            "Password": "unmistakable"}}, "Other": {"Key": "unmistakable"}}""")
                .overlay("node1", "{'Platform': {'SampleSettings': {'Password': 'encrypt.a.name'}}}".replace('\'', '"'))
                .overlay("node2", "{'Platform': {'SampleSettings': {'Password': '${env:A_NAME}'}}}".replace('\'', '"'))
                .overlay("node3", "{'Platform': {'SampleSettings': {'Password': 8899}}}".replace('\'', '"'))
                .overlay(
                        "node4",
                        "{'Platform': {'SampleSettings': {'Password': '${unmistakable}'}}}".replace('\'', '"'));

        Map<String, String> copies = copies();
        assertThat(copies)
                .containsOnlyKeys(
                        "platform-settings.json",
                        "nodes/node1.json",
                        "nodes/node2.json",
                        "nodes/node3.json",
                        "nodes/node4.json");
        assertThat(copies.get("platform-settings.json"))
                .contains("\"Count\" : 7", "&ssl=true", "[ \"a\", \"b\" ]")
                .doesNotContain("unmistakable");
        assertThat(copies.get("nodes/node1.json")).contains("encrypt.a.name");
        assertThat(copies.get("nodes/node2.json")).contains("${env:A_NAME}");
        assertThat(copies.get("nodes/node4.json")).doesNotContain("unmistakable");
        assertThat(copies.get("nodes/node3.json")).doesNotContain("8899").contains(SettingsCopy.LEFT_OUT);
    }

    @Test
    void saysWhichFileCannotBeRead() throws Exception {
        new SettingsFolder(folder).shared("{\"Password\": unmistakable").overlay("node1", "{}");

        Map<String, String> copies = copies();
        assertThat(copies).containsOnlyKeys("platform-settings.json.problem", "nodes/node1.json");
        assertThat(copies.get("platform-settings.json.problem"))
                .contains("line 1", "not in quotes")
                .doesNotContain("unmistakable");
    }

    @Test
    void aFolderWithoutSettingsHasNone() throws Exception {
        assertThat(copies()).isEmpty();
    }
}
