package org.steadfast.foundation.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.steadfast.foundation.schedule.Misfires.FireTime;

class MisfiresTest {
    private static final long THRESHOLD = 1_000;

    private static ScheduleTerms terms(MisfirePolicy misfire, int most) {
        return new ScheduleTerms(true, new EveryPlan(100), misfire, most, OverlapPolicy.QUEUE_ONE);
    }

    private static Misfires of(MisfirePolicy misfire, long last, long now) {
        return Misfires.of(terms(misfire, 5), last, now, THRESHOLD);
    }

    @Test
    void nothingIsFiredBeforeItIsDue() {
        for (MisfirePolicy policy : MisfirePolicy.values()) {
            assertThat(of(policy, 1_000, 1_099)).isEqualTo(new Misfires(1_000, List.of(), 0));
        }
    }

    @Test
    void whatIsALittleLateIsFiredEachTime() {
        for (MisfirePolicy policy : MisfirePolicy.values()) {
            assertThat(of(policy, 1_000, 1_100).fires()).containsExactly(new FireTime(1_100, 0, false));
            Misfires late = of(policy, 1_000, 2_100);
            assertThat(late.upTo()).isEqualTo(2_100);
            assertThat(late.fires()).hasSize(11).startsWith(new FireTime(1_100, 0, false));
        }
    }

    @Test
    void ofThoseThatWereMissedTheLastIsFiredOnce() {
        // 1,100 to 8,900 are later than a second at 9,950: 79 of them.
        Misfires misfires = of(MisfirePolicy.FIRE_ONCE, 1_000, 9_950);
        assertThat(misfires).isEqualTo(new Misfires(8_900, List.of(new FireTime(8_900, 78, true)), 0));
        // What follows is on time.
        assertThat(of(MisfirePolicy.FIRE_ONCE, 8_900, 9_950).fires())
                .hasSize(10)
                .startsWith(new FireTime(9_000, 0, false));
    }

    @Test
    void thoseThatWereMissedArePassedOver() {
        assertThat(of(MisfirePolicy.SKIP, 1_000, 9_950)).isEqualTo(new Misfires(8_900, List.of(), 79));
    }

    @Test
    void eachOfThoseThatWereMissedIsFiredUpToANumber() {
        Misfires misfires = of(MisfirePolicy.FIRE_ALL, 1_000, 9_950);
        assertThat(misfires.upTo()).isEqualTo(8_900);
        assertThat(misfires.fires())
                .containsExactly(
                        new FireTime(8_500, 74, true),
                        new FireTime(8_600, 0, true),
                        new FireTime(8_700, 0, true),
                        new FireTime(8_800, 0, true),
                        new FireTime(8_900, 0, true));
    }

    @Test
    void fireTimesAreCountedWithoutTheEndsAndUpToABound() throws Exception {
        for (Plan plan : List.of(new EveryPlan(1_000), CronPlan.of("* * * * * ?", "UTC"))) {
            assertThat(plan.count(10_000, 10_000, 9)).isZero();
            assertThat(plan.count(10_000, 11_000, 9)).isZero();
            assertThat(plan.count(10_000, 11_001, 9)).isEqualTo(1);
            assertThat(plan.count(10_000, 15_000, 9)).isEqualTo(4);
            assertThat(plan.count(10_000, 99_000, 9)).isEqualTo(9);
        }
    }

    /** A day of a scheduler that fires each second: what is fired late comes in steps, in order, and none twice. */
    @Test
    void aLongAbsenceIsCaughtUpWithInSteps() throws Exception {
        CronPlan each = CronPlan.of("* * * * * ?", "Europe/Berlin");
        ScheduleTerms terms = new ScheduleTerms(true, each, MisfirePolicy.FIRE_ALL, 1_000, OverlapPolicy.SKIP);
        long last = Instant.parse("2026-10-24T12:00:00Z").toEpochMilli();
        long now = last + Duration.ofDays(1).toMillis();
        List<Long> times = new ArrayList<>();
        int missed = 0;
        Misfires step = Misfires.of(terms, last, now, THRESHOLD);
        while (step.upTo() > last) {
            last = step.upTo();
            for (FireTime fire : step.fires()) {
                times.add(fire.time());
                missed += fire.missed();
            }
            step = Misfires.of(terms, last, now, THRESHOLD);
        }
        assertThat(last).isEqualTo(now);
        assertThat(times).hasSize(1_000 + 2).isSorted().doesNotHaveDuplicates().endsWith(now - 1_000, now);
        assertThat(missed).as("counted up to a bound").isEqualTo(Misfires.MOST_COUNTED);
    }
}
