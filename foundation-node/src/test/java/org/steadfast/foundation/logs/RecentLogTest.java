package org.steadfast.foundation.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.PatternSyntaxException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.protocol.json.Json;

class RecentLogTest {
    private final RecentLog log = new RecentLog();

    @BeforeEach
    void logSome() {
        add(
                10,
                LogLevel.DEBUG,
                "org.steadfast.foundation.script.ScriptLogger",
                "r1",
                "[Pump7.Check] pressure\nis high");
        add(20, LogLevel.INFO, "org.steadfast.foundation.script", "r2", "Script was compiled");
        add(30, LogLevel.WARN, "org.steadfast.foundation.scripts", "", "of another package");
        add(40, LogLevel.ERROR, "org.steadfast.persistence", "r1", "The database does not answer");
    }

    private void add(long time, LogLevel level, String origin, String request, String content) {
        log.add(new LogEntry(time, level, origin, "thread-" + time, request, content));
    }

    /** As it comes to other nodes. */
    private List<Long> times(LogQuery query) throws Exception {
        return log.find(LogQuery.of(Json.read(query.toJson()))).stream()
                .map(LogEntry::time)
                .toList();
    }

    private static LogQuery all(String above, String text, boolean isPattern) {
        return new LogQuery(
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                LogLevel.TRACE,
                LogLevel.OFF,
                above,
                text,
                isPattern,
                "",
                "",
                "",
                100,
                false);
    }

    @Test
    void theNewestComesFirstOrTheOldest() throws Exception {
        assertThat(times(all("", "", false))).containsExactly(40L, 30L, 20L, 10L);
        LogQuery oldest = new LogQuery(15, 35, LogLevel.TRACE, LogLevel.ERROR, "", "", false, "", "", "", 1, true);
        assertThat(times(oldest)).containsExactly(20L);
    }

    @Test
    void aLogHasWhatIsBelowItsLogger() throws Exception {
        assertThat(times(all("org.steadfast.foundation.script", "", false))).containsExactly(20L, 10L);
    }

    @Test
    void levelsAreARange() throws Exception {
        LogQuery query = new LogQuery(0, 100, LogLevel.INFO, LogLevel.WARN, "", "", false, "", "", "", 100, false);
        assertThat(times(query)).containsExactly(30L, 20L);
    }

    @Test
    void requestThreadAndOriginAreExact() throws Exception {
        assertThat(times(new LogQuery(0, 100, LogLevel.TRACE, LogLevel.ERROR, "", "", false, "r1", "", "", 100, false)))
                .containsExactly(40L, 10L);
        assertThat(times(new LogQuery(
                        0, 100, LogLevel.TRACE, LogLevel.ERROR, "", "", false, "", "thread-20", "", 100, false)))
                .containsExactly(20L);
        assertThat(times(new LogQuery(
                        0,
                        100,
                        LogLevel.TRACE,
                        LogLevel.ERROR,
                        "",
                        "",
                        false,
                        "",
                        "",
                        "org.steadfast.persistence",
                        100,
                        false)))
                .containsExactly(40L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "PRESSURE ; false ; 10",
                "pressure.*high ; false ; ",
                ".*pressure.*high ; true ; 10",
                "pressure ; true ; ",
                ".*(was|does).* ; true ; 40 20",
            })
    void aTextIsSomewhereAndAPatternIsAllOfIt(String text, boolean isPattern, String expected) throws Exception {
        assertThat(times(all("", text, isPattern)).stream().map(String::valueOf))
                .containsExactly(expected == null ? new String[0] : expected.split(" "));
    }

    @Test
    void aPatternTakesNoLongerThanItsLengthAllows() throws Exception {
        add(50, LogLevel.INFO, "o", "", "a".repeat(RecentLog.LONGEST_CONTENT));
        assertThat(times(all("", "(.*a){20}b", true))).isEmpty();
        assertThat(times(all("", "(.|\\n)*", true))).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"(", "a{1001}", "((a{20}){20}){20}", "(?:(?:){2000000000}){2000000000}", "a{5,99999999999}"})
    void aPatternThatIsNoneOrRepeatsTooOftenIsRefused(String pattern) {
        assertThatThrownBy(() -> LogQuery.pattern(pattern)).isInstanceOf(PatternSyntaxException.class);
    }

    @Test
    void theOldestAreForgottenForNewOnes() throws Exception {
        for (int i = 0; i < RecentLog.MOST_ENTRIES; i++) {
            add(100 + i, LogLevel.INFO, "o", "", "");
        }
        LogQuery oldest =
                new LogQuery(0, Long.MAX_VALUE, LogLevel.TRACE, LogLevel.ERROR, "", "", false, "", "", "", 1, true);
        assertThat(times(oldest)).containsExactly(100L);

        String longest = "x".repeat(RecentLog.LONGEST_CONTENT);
        for (int i = 0; i < RecentLog.MOST_CHARACTERS / RecentLog.LONGEST_CONTENT; i++) {
            add(100_000 + i, LogLevel.INFO, "o", "", longest);
        }
        add(200_000, LogLevel.INFO, "o", "", longest);
        assertThat(times(oldest)).as("all that are not empty, but one").containsExactly(100_001L);
    }
}
