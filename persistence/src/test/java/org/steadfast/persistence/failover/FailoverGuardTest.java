package org.steadfast.persistence.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.steadfast.persistence.failover.FailoverRecord.Standing;

class FailoverGuardTest implements FailoverGuard.Listener {
    private static final Duration AFTER = Duration.ofSeconds(2);

    private final FakeServers servers = FakeServers.of(3);
    private final FakeServers.Server first = servers.server(1);
    private final FakeServers.Server second = servers.server(2);
    private final FakeServers.Server third = servers.server(3);
    private final List<ServerAddress> promoted = new ArrayList<>();
    private long now;
    private boolean mayAct = true;

    @Override
    public void seen(Map<ServerAddress, ServerState> states, Optional<FailoverRecord> record) {
        // Told for metrics alone.
    }

    @Override
    public void promoted(ServerAddress server) {
        promoted.add(server);
    }

    private FailoverGuard guard(FailoverPolicy policy) {
        return new FailoverGuard(
                servers.all(),
                servers,
                new FailoverGuard.Terms(policy, AFTER, () -> mayAct),
                Runnable::run,
                () -> now,
                this);
    }

    private void rounds(FailoverGuard guard, Duration time) throws FailoverException {
        long end = now + time.toNanos();
        while (now < end) {
            guard.round();
            now += Duration.ofMillis(100).toNanos();
            servers.settle();
            servers.replicate();
        }
    }

    private FailoverGuard protectedBy(FailoverPolicy policy) throws FailoverException {
        FailoverGuard guard = guard(policy);
        rounds(guard, Duration.ofSeconds(4));
        assertThat(servers.record().standing()).isEqualTo(Standing.PROTECTED);
        assertThat(servers.record().standbys()).containsExactly("s2", "s3");
        assertThat(first.names()).containsExactlyInAnyOrder("s2", "s3");
        return guard;
    }

    @Test
    void thePrimaryIsReplacedByTheStandbyThatHasMost() throws FailoverException {
        FailoverGuard guard = protectedBy(FailoverPolicy.DURABILITY);
        second.cutFromOthers(true);
        servers.commit(first);
        servers.replicate();
        assertThat(third.log()).hasSize(1);
        assertThat(second.log()).isEmpty();
        first.die();
        second.cutFromOthers(false);

        rounds(guard, AFTER.minusMillis(200));
        assertThat(third.isPrimary()).as("it may come back within %s", AFTER).isFalse();

        rounds(guard, Duration.ofSeconds(4));
        assertThat(third.isPrimary()).isTrue();
        assertThat(promoted).containsExactly(third.address());
        assertThat(second.source()).isEqualTo(third.address());
        assertThat(third.names()).containsExactly("s2");
        assertThat(servers.record().timeline()).isEqualTo(2);
        assertThat(servers.record().standing()).isEqualTo(Standing.PROTECTED);
    }

    @Test
    void noneIsPromotedWhileOneThatMayHaveMoreIsAway() throws FailoverException {
        FailoverGuard guard = protectedBy(FailoverPolicy.DURABILITY);
        first.die();
        third.die();
        rounds(guard, Duration.ofSeconds(10));
        assertThat(second.isPrimary()).isFalse();

        third.start();
        rounds(guard, Duration.ofSeconds(2));
        assertThat(second.isPrimary() || third.isPrimary()).isTrue();
    }

    @Test
    void aStandbyThatIsAwayIsNotWaitedFor() throws FailoverException {
        FailoverGuard guard = protectedBy(FailoverPolicy.DURABILITY);
        third.die();
        rounds(guard, Duration.ofSeconds(1));
        assertThat(first.names()).as("for a moment it is").contains("s3");
        rounds(guard, Duration.ofSeconds(4));
        assertThat(first.names()).containsExactly("s2");
        assertThat(servers.record().standbys()).containsExactly("s2");

        first.die();
        rounds(guard, Duration.ofSeconds(4));
        assertThat(second.isPrimary()).isTrue();
    }

    @Test
    void theRecordIsMadeShorterOnlyWhenTheOthersHaveEverything() throws FailoverException {
        FailoverGuard guard = protectedBy(FailoverPolicy.DURABILITY);
        second.cutFromOthers(true);
        servers.commit(first);
        servers.replicate();
        assertThat(servers.acknowledged()).as("the third has it").hasSize(1);
        // The second is connected, but has not got what was written.
        third.die();
        second.cutFromOthers(false);
        long end = now + Duration.ofSeconds(4).toNanos();
        while (now < end) {
            guard.round();
            now += Duration.ofMillis(100).toNanos();
            servers.settle();
        }
        assertThat(first.names()).containsExactly("s2");
        assertThat(servers.record().standbys()).containsExactly("s2", "s3");

        first.die();
        rounds(guard, Duration.ofSeconds(5));
        assertThat(second.isPrimary()).isFalse();
    }

    @Test
    void aPrimaryThatWentOnAloneIsNotReplaced() throws FailoverException {
        FailoverGuard guard = protectedBy(FailoverPolicy.AVAILABILITY);
        second.die();
        third.die();
        rounds(guard, Duration.ofSeconds(5));
        assertThat(first.names()).isEmpty();
        servers.commit(first);
        assertThat(servers.acknowledged()).hasSize(1);
        first.die();
        second.start();
        third.start();
        rounds(guard, Duration.ofSeconds(10));
        assertThat(second.isPrimary() || third.isPrimary()).isFalse();

        first.start();
        rounds(guard, Duration.ofSeconds(5));
        assertThat(servers.record().standing()).isEqualTo(Standing.PROTECTED);
    }

    @Test
    void aPrimaryWithoutStandbysWaitsWhereDurabilityIsPreferred() throws FailoverException {
        FailoverGuard guard = protectedBy(FailoverPolicy.DURABILITY);
        second.die();
        third.die();
        rounds(guard, Duration.ofSeconds(5));
        assertThat(first.names()).isNotEmpty();
        servers.commit(first);
        assertThat(servers.acknowledged()).isEmpty();
    }

    @Test
    void whoIsToBePromotedStaysTheSameWhenTheOldPrimaryComesBack() throws FailoverException {
        FailoverGuard guard = protectedBy(FailoverPolicy.DURABILITY);
        first.die();
        second.refuseSteps(true);
        third.refuseSteps(true);
        // Parking them is refused as well, so that it is done by hand.
        for (FakeServers.Server standby : List.of(second, third)) {
            standby.refuseSteps(false);
            standby.follow(ConnectionInfo.NOBODY);
            standby.names(Set.of(standby == second ? "s3" : "s2"));
            standby.refuseSteps(true);
        }
        while (servers.record().standing() != Standing.PROMOTING) {
            try {
                guard.round();
            } catch (FailoverException e) {
                assertThat(e).hasMessageContaining("does not answer");
            }
            now += Duration.ofMillis(100).toNanos();
        }
        ServerAddress target = servers.record().target().orElseThrow();
        first.start();
        second.refuseSteps(false);
        third.refuseSteps(false);
        rounds(guard, Duration.ofSeconds(3));
        assertThat(promoted).containsExactly(target);
        assertThat(servers.record().primary()).isEqualTo(target);
        assertThat(first.timeline()).as("it is left alone").isEqualTo(1);
    }

    @Test
    void aSettingThatSomebodyElseChangedCountsAsUnprotected() throws FailoverException {
        FailoverGuard guard = protectedBy(FailoverPolicy.DURABILITY);
        first.names(Set.of());
        guard.round();
        assertThat(servers.record().standing()).isEqualTo(Standing.UNPROTECTED);
        rounds(guard, Duration.ofSeconds(4));
        assertThat(first.names()).containsExactlyInAnyOrder("s2", "s3");
        assertThat(servers.record().standing()).isEqualTo(Standing.PROTECTED);
    }

    @Test
    void anOldPrimaryIsNotFollowed() throws FailoverException {
        FailoverGuard guard = protectedBy(FailoverPolicy.DURABILITY);
        first.die();
        rounds(guard, Duration.ofSeconds(5));
        FakeServers.Server now = second.isPrimary() ? second : third;
        FakeServers.Server other = second.isPrimary() ? third : second;
        first.start();
        rounds(guard, Duration.ofSeconds(5));
        assertThat(now.isPrimary()).isTrue();
        assertThat(other.source()).isEqualTo(now.address());
        assertThat(servers.record().primary()).isEqualTo(now.address());
    }

    @Test
    void aCopyOnTheSameTimelineDoesNotTakeThePrimarysPlace() throws FailoverException {
        FailoverGuard guard = protectedBy(FailoverPolicy.AVAILABILITY);
        second.becomePrimaryByMistake();
        first.cutFromGuard(true);
        rounds(guard, Duration.ofSeconds(1));
        first.cutFromGuard(false);
        rounds(guard, Duration.ofSeconds(4));
        assertThat(servers.record().primary()).isEqualTo(first.address());
        assertThat(third.source()).isEqualTo(first.address());
    }

    @Test
    void aStandbyThatHasMoreThanItsPrimaryIsNotWaitedFor() throws FailoverException {
        FailoverGuard guard = protectedBy(FailoverPolicy.DURABILITY);
        first.die();
        rounds(guard, Duration.ofSeconds(6));
        FakeServers.Server now = second.isPrimary() ? second : third;
        FakeServers.Server other = second.isPrimary() ? third : second;
        first.followWithMoreThan(now);
        other.die();
        rounds(guard, Duration.ofSeconds(8));
        assertThat(now.names()).doesNotContain("s1");
        assertThat(servers.record().standbys()).doesNotContain("s1");
    }

    @Test
    void whoMayNotActDoesNothing() throws FailoverException {
        FailoverGuard guard = protectedBy(FailoverPolicy.DURABILITY);
        mayAct = false;
        first.die();
        rounds(guard, Duration.ofSeconds(10));
        assertThat(second.isPrimary() || third.isPrimary()).isFalse();
        mayAct = true;
        rounds(guard, AFTER.minusMillis(200));
        assertThat(second.isPrimary() || third.isPrimary())
                .as("it has only begun to look")
                .isFalse();
    }

    @Test
    void aStepThatFailsIsTold() throws FailoverException {
        FailoverGuard guard = protectedBy(FailoverPolicy.DURABILITY);
        first.die();
        second.refuseSteps(true);
        assertThatThrownBy(() -> rounds(guard, Duration.ofSeconds(5)))
                .isInstanceOf(FailoverException.class)
                .hasMessageContaining("db2");
    }
}
