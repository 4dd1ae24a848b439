package org.steadfast.foundation.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronPlanTest {
    private static long millis(String time) {
        return OffsetDateTime.parse(time).toInstant().toEpochMilli();
    }

    /** What follows a time, one after the other. */
    @ParameterizedTest(name = "{0} in {1} after {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                // Every day, every weekday, the last day of the month, a leap day, a year.
                "0 0 12 * * ?       | UTC | 2026-02-27T12:00:00Z | 2026-02-28T12:00:00Z, 2026-03-01T12:00:00Z",
                "0 30 6 ? * MON-FRI | UTC | 2026-11-27T06:30:00Z | 2026-11-30T06:30:00Z, 2026-12-01T06:30:00Z",
                "0 0 0 L * ?        | UTC | 2028-01-31T00:00:00Z | 2028-02-29T00:00:00Z, 2028-03-31T00:00:00Z",
                "0 0 0 29 2 ?       | UTC | 2026-01-01T00:00:00Z | 2028-02-29T00:00:00Z, 2032-02-29T00:00:00Z",
                "0 0 0 1 1 ? 2030   | UTC | 2026-01-01T00:00:00Z | 2030-01-01T00:00:00Z",
                "0/10 * * * * ?     | UTC | 2026-12-31T23:59:45Z | 2026-12-31T23:59:50Z, 2027-01-01T00:00:00Z",
                "0 0 0 LW * ?       | UTC | 2026-01-31T00:00:00Z | 2026-02-27T00:00:00Z, 2026-03-31T00:00:00Z",
                "0 0 0 28W * ?      | UTC | 2026-02-01T00:00:00Z | 2026-02-27T00:00:00Z, 2026-03-27T00:00:00Z",
                "0 0 9 ? * 6#3      | UTC | 2026-11-01T00:00:00Z | 2026-11-20T09:00:00Z, 2026-12-18T09:00:00Z",
                // Clocks go forward: the hour from two to three is none. Once in the year at that time of day comes
                // later.
                "0 30 1 * * ? | Europe/Berlin | 2026-03-28T01:30:00+01:00 | 2026-03-29T01:30:00+01:00, 2026-03-30T01:30:00+02:00",
                "0 30 2 * * ? | Europe/Berlin | 2026-03-28T02:30:00+01:00 | 2026-03-29T03:00:00+02:00, 2026-03-30T02:30:00+02:00",
                "0 0/30 * * * ? | Europe/Berlin | 2026-03-29T01:00:00+01:00 | 2026-03-29T01:30:00+01:00, 2026-03-29T03:00:00+02:00, 2026-03-29T03:30:00+02:00",
                "0 30 2 * * ? | America/New_York | 2026-03-07T02:30:00-05:00 | 2026-03-08T03:00:00-04:00, 2026-03-09T02:30:00-04:00",
                "0 20 * * * ? | Europe/Berlin | 2026-03-29T00:20:00+01:00 | 2026-03-29T01:20:00+01:00, 2026-03-29T03:20:00+02:00",
                "0 0/20 2 * * ? | Europe/Berlin | 2026-03-28T02:20:00+01:00 | 2026-03-28T02:40:00+01:00, 2026-03-29T03:00:00+02:00, 2026-03-30T02:00:00+02:00",
                "0 30 0/2 * * ? | Europe/Berlin | 2026-03-29T00:30:00+01:00 | 2026-03-29T03:00:00+02:00, 2026-03-29T04:30:00+02:00",
                "0 30 2 29 3 ? 2026 | Europe/Berlin | 2026-01-01T00:00:00+01:00 | 2026-03-29T03:00:00+02:00",
                // Clocks go back: the hour from two to three is there twice. What fires at a time of day fires once.
                "0 30 2 * * ? | Europe/Berlin | 2026-10-24T02:30:00+02:00 | 2026-10-25T02:30:00+02:00, 2026-10-26T02:30:00+01:00",
                "0 30 1 * * ? | America/New_York | 2026-10-31T01:30:00-04:00 | 2026-11-01T01:30:00-04:00, 2026-11-02T01:30:00-05:00",
                // What fires again and again goes on through both hours.
                "0 0/30 * * * ? | Europe/Berlin | 2026-10-25T01:30:00+02:00 | 2026-10-25T02:00:00+02:00, 2026-10-25T02:30:00+02:00, 2026-10-25T02:00:00+01:00, 2026-10-25T02:30:00+01:00, 2026-10-25T03:00:00+01:00",
                // Half an hour only.
                "0 0/15 * * * ? | Australia/Lord_Howe | 2026-04-05T01:30:00+11:00 | 2026-04-05T01:45:00+11:00, 2026-04-05T01:30:00+10:30, 2026-04-05T01:45:00+10:30, 2026-04-05T02:00:00+10:30",
            })
    void firesAtTimesOfTheCalendar(String expression, String zone, String after, String expected) throws Exception {
        CronPlan plan = CronPlan.of(expression, zone);
        List<Long> times = Arrays.stream(expected.split(", ", -1))
                .map(CronPlanTest::millis)
                .toList();
        List<Long> found = new ArrayList<>();
        OptionalLong next = plan.next(millis(after));
        while (next.isPresent() && found.size() < times.size()) {
            found.add(next.getAsLong());
            next = plan.next(next.getAsLong());
        }
        assertThat(found).isEqualTo(times);
        // Looking back from just before the one that follows finds the same ones.
        for (int i = 1; i < times.size(); i++) {
            assertThat(plan.latest(times.get(0) - 1, times.get(i) - 1)).hasValue(times.get(i - 1));
        }
        assertThat(plan.latest(millis(after), times.get(0) - 1)).isEmpty();
        assertThat(plan.latest(millis(after), times.get(0))).hasValue(times.get(0));
        assertThat(plan.next(times.get(0) - 1)).as("between two seconds").hasValue(times.get(0));
        assertThat(plan.latest(millis(after), times.get(0) + 999)).hasValue(times.get(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "every minute | UTC | field schedule: [every minute] is no schedule",
                "* * * * *    | UTC | field schedule: [* * * * *] is no schedule",
                "0 0 25 * * ? | UTC | field schedule: [0 0 25 * * ?] is no schedule",
                "0 0 0 31W * ? | UTC | field schedule: [0 0 0 31W * ?] names the weekday nearest to a day that not every month has",
                "0 0 0 30w * ? | UTC | field schedule: [0 0 0 30w * ?] names the weekday nearest to a day that not every month has",
                "0 0 12 * * ? | Mars/Olympus | field timeZone: [Mars/Olympus] is no time zone",
            })
    void saysWhatIsWrong(String expression, String zone, String message) {
        assertThatThrownBy(() -> CronPlan.of(expression, zone))
                .isInstanceOf(InvalidScheduleException.class)
                .hasMessageStartingWith(message);
    }
}
