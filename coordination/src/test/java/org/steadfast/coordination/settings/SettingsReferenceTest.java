package org.steadfast.coordination.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsReferenceTest {
    @Test
    void tellsEverythingOfEachSetting() {
        Map<String, Class<? extends Record>> sections = new LinkedHashMap<>();
        sections.put(SampleSettings.PATH, SampleSettings.class);
        sections.put(BasicSettings.PATH, BasicSettings.class);
        assertThat(SettingsReference.markdown(sections))
                .startsWith("# Settings\n\nMade from the code; do not edit.")
                .contains("""

                        ## `Platform.SampleSettings`

                        | key | default | meaning |
                        |---|---|---|
                        | `Text` | `plain` | Some text. Matches `[a-z\\|]*`. |
                        | `Count` | `5` | How many. At least 1. At most 10. |
                        | `Size` | `5000000000` | How large. |
                        | `Enabled` | `false` | Whether at all. |
                        | `Folder` | `../data` | Where. |
                        | `Patience` | `10 s` | How long. At least 1000 ms. At most 60000 ms. |
                        | `Password` | required | What nobody else knows. |
                        | `Level` | `very-high` | How high. Must be one of [low, very_high]. |
                        | `Hosts` | empty | Which ones. |

                        ## `PlatformSettingsConfig.BasicSettings`
                        """)
                .endsWith("|\n");
    }
}
