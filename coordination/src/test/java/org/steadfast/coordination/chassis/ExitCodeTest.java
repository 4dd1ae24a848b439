package org.steadfast.coordination.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
    @Test
    void numbersThatSupervisorsRelyOnStay() {
        assertThat(Arrays.stream(ExitCode.values()).map(code -> code.code() + " " + code))
                .containsExactly(
                        "0 OK",
                        "1 FAILED",
                        "2 USAGE",
                        "3 NOT_RUNNING",
                        "10 SETTINGS_INVALID",
                        "11 PORT_IN_USE",
                        "12 DATA_IN_USE",
                        "13 STORAGE_UNUSABLE",
                        "14 COORDINATOR_UNREACHABLE",
                        "15 DATABASE_UNREACHABLE",
                        "16 PLATFORM_ID_IN_USE",
                        "17 OTHER_VERSION",
                        "20 FENCED");
    }

    @Test
    void eachHasAMeaningOfOneLine() {
        assertThat(ExitCode.values())
                .extracting(ExitCode::meaning)
                .doesNotHaveDuplicates()
                .allMatch(meaning -> !meaning.isBlank() && !meaning.contains("\n"));
    }
}
