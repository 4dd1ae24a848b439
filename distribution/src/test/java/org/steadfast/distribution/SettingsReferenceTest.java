package org.steadfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.steadfast.coordination.settings.SettingsReference;
import org.steadfast.distribution.node.SettingsSections;

class SettingsReferenceTest {
    private static final Path PAGE = Path.of("../docs/reference/settings.md");

    @Test
    void thePageTellsWhatTheNodesRead() throws IOException {
        String page = SettingsReference.markdown(SettingsSections.all());
        if (Boolean.getBoolean("update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE)
                .as(
                        "docs/reference/settings.md; to write it anew: "
                                + "mvn -pl distribution -am test -Dtest=SettingsReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Dupdate=true")
                .exists()
                .hasContent(page);
    }
}
