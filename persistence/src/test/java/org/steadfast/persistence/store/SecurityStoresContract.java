package org.steadfast.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.steadfast.persistence.store.EntityListing.Named;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.OrganizationUnitStore.Unit;
import org.steadfast.persistence.store.PermissionStore.Grant;
import org.steadfast.persistence.store.PermissionStore.Permission;

/** What every store of passwords, memberships, permissions and the audit log does, whatever the database. */
public abstract class SecurityStoresContract {
    private static final AtomicLong NAMES = new AtomicLong();

    /** Names of one test are no other's. */
    private final String n = "s" + NAMES.incrementAndGet() + "x";

    private final Party user = new Party("Users", n + "U");
    private final Party group = new Party("Groups", n + "G");
    private final Party outer = new Party("Groups", n + "GG");

    protected abstract CredentialStore credentials();

    protected abstract MembershipStore memberships();

    protected abstract OrganizationUnitStore units();

    protected abstract PermissionStore permissions();

    protected abstract AuditStore audit();

    protected abstract ModelStore model();

    protected abstract ApplicationKeyStore keys();

    @Test
    void countsFailuresUntilAUserIsLocked() throws Exception {
        assertThat(credentials().find(n)).isEmpty();
        assertThat(credentials().find("a\0b")).isEmpty();
        assertThat(credentials().countFailure(n, 1, Duration.ofMinutes(1)))
                .as("nobody")
                .isFalse();
        credentials().putFirst(n, "hash");

        assertThat(credentials().countFailure(n, 2, Duration.ofMinutes(1))).isFalse();
        assertThat(credentials().find(n)).contains(new CredentialStore.Credential("hash", 1, false));
        assertThat(credentials().countFailure(n, 2, Duration.ofMinutes(1))).isTrue();
        assertThat(credentials().find(n)).contains(new CredentialStore.Credential("hash", 2, true));
        assertThat(credentials().find(n).orElseThrow().toString()).doesNotContain("hash");

        credentials().forgetFailures(n);
        assertThat(credentials().find(n)).contains(new CredentialStore.Credential("hash", 0, false));
        assertThat(credentials().countFailure(n, 1, Duration.ZERO))
                .as("a lock of no time")
                .isFalse();
        assertThat(credentials().countFailure(n, 3, Duration.ofMinutes(1)))
                .as("after a lock the count begins anew")
                .isFalse();
        credentials().putFirst(n, "not taken");
        assertThat(credentials().find(n).orElseThrow().hash()).isEqualTo("hash");
        credentials().put(n, "another");
        assertThat(credentials().find(n)).contains(new CredentialStore.Credential("another", 0, false));
    }

    @Test
    void findsAllThatSomebodyBelongsToAlsoInACircle() throws Exception {
        memberships().add(group, user);
        memberships().add(group, user);
        memberships().add(outer, group);
        memberships().add(group, outer);

        assertThat(memberships().members(group)).containsExactly(outer, user);
        assertThat(memberships().above(List.of(user))).containsExactlyInAnyOrder(group, outer);
        memberships().remove(group, user);
        memberships().remove(group, user);
        assertThat(memberships().above(List.of(user))).isEmpty();
    }

    @Test
    void whoIsInAUnitBelongsToTheUnitsUnderItAndToTheOrganization() throws Exception {
        Party organization = new Party("Organizations", n + "O:x");
        Unit top = new Unit("top", "", "t");
        Unit left = new Unit("left", "top", "");
        Unit low = new Unit("low", "left", "");
        Unit right = new Unit("right", "top", "");
        assertThat(units().replace(organization.name(), List.of(), List.of(top, left, low, right)))
                .isTrue();
        assertThat(units().units(organization.name())).containsExactly(left, low, right, top);
        memberships().add(ofUnit("left"), group);
        memberships().add(group, user);

        assertThat(ofUnit("left").organization()).contains(organization.name());
        assertThat(ofUnit("left").unit()).contains("left");
        assertThat(memberships().above(List.of(user)))
                .containsExactlyInAnyOrder(group, ofUnit("left"), ofUnit("low"), organization);
        assertThat(memberships().joined(List.of(user))).containsExactlyInAnyOrder(group, ofUnit("left"));

        Unit moved = new Unit("right", "low", "r");
        assertThat(units().replace(organization.name(), List.of(top), List.of(moved)))
                .as("thought out before others changed it")
                .isFalse();
        assertThat(units().replace(organization.name(), List.of(top, left, low, right), List.of(top, left, low, moved)))
                .isTrue();
        assertThat(memberships().above(List.of(user))).contains(ofUnit("right"));

        permissions().put("Things", n, List.of(new Permission(false, "Visibility", "*", ofUnit("left"), true)));
        assertThat(units().replace(organization.name(), List.of(top, left, low, moved), List.of(top)))
                .isTrue();
        assertThat(units().replace(organization.name(), List.of(top), List.of(top, new Unit("left", "", ""))))
                .isTrue();
        assertThat(memberships().above(List.of(user))).containsExactly(group);
        assertThat(permissions().find("Things", n)).isEmpty();

        model().create(entity("Organizations", organization.name()));
        model().delete("Organizations", organization.name());
        assertThat(units().units(organization.name())).isEmpty();
    }

    private Party ofUnit(String unit) {
        return Party.ofUnit(n + "O:x", unit);
    }

    @Test
    void keepsReplacesAndRemovesPermissions() throws Exception {
        Permission read = new Permission(false, "Read", "*", user, true);
        Permission write = new Permission(false, "PropertyWrite", "p", group, false);
        Permission ofInstances = new Permission(true, "Read", "*", group, true);
        permissions().put("Things", n, List.of(read, write, ofInstances));
        permissions().put("Things", n, List.of(new Permission(false, "Read", "*", user, false)));

        assertThat(permissions().find("Things", n))
                .containsExactlyInAnyOrder(new Permission(false, "Read", "*", user, false), write, ofInstances);
        permissions().replace("Things", n, false, List.of("Read", "Update"), List.of(read));
        assertThat(permissions().find("Things", n)).containsExactlyInAnyOrder(read, write, ofInstances);
        permissions().remove("Things", n, new Permission(false, "PropertyWrite", "p", group, true));
        assertThat(permissions().find("Things", n)).containsExactlyInAnyOrder(read, ofInstances);
        assertThat(permissions().grants("Read", List.of(user, group)))
                .containsExactlyInAnyOrder(new Grant("Things", n, false), new Grant("Things", n, true));
        assertThat(permissions().grants("PropertyWrite", List.of(group))).isEmpty();
    }

    @Test
    void aBundlePermitsWhatWasNotSaidYetAllOrNothing() throws Exception {
        model().create(entity("Groups", n + "G"));
        permissions().put("Things", n, List.of(new Permission(false, "Read", "*", group, false)));
        Permission read = new Permission(false, "Read", "*", group, true);
        Permission write = new Permission(false, "PropertyWrite", "p", group, false);
        Permission ofInstances = new Permission(true, "Read", "*", group, true);
        List<Permission> all = List.of(read, write, ofInstances);

        assertThatThrownBy(() -> model().writeAll(List.of(
                        new BundledWrite(entity("Things", n), BundledWrite.NEW, List.of(), all, List.of(ofGroup("G"))),
                        new BundledWrite(
                                entity("Things", n + "2"),
                                BundledWrite.NEW,
                                List.of(),
                                all,
                                List.of(ofGroup("nobody"))))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(n + "2 needs what does not exist: Groups " + n + "nobody");
        assertThat(permissions().find("Things", n)).hasSize(1);

        List<ModelStore.Updated> written = model().writeAll(List.of(
                new BundledWrite(entity("Things", n), BundledWrite.NEW, List.of(), all, List.of(ofGroup("G"))),
                new BundledWrite(entity("Things", n + "2"), BundledWrite.NEW, List.of())));

        assertThat(written.get(0).permissions()).containsExactlyInAnyOrder(write, ofInstances);
        assertThat(written.get(1).permissions()).isEmpty();
        assertThat(permissions().find("Things", n))
                .as("what was said before stands")
                .containsExactlyInAnyOrder(new Permission(false, "Read", "*", group, false), write, ofInstances);
    }

    private EntityWrite.Reference ofGroup(String name) {
        return new EntityWrite.Reference("Groups", n + name, true);
    }

    @Test
    void forgetsWhatBelongedToAnEntityThatIsDeleted() throws Exception {
        model().create(entity("Users", n + "U"));
        model().create(entity("Things", n));
        model().create(entity("ApplicationKeys", n + "K"));
        credentials().put(n + "U", "hash");
        memberships().add(group, user);
        permissions().put("Things", n, List.of(new Permission(false, "Read", "*", group, true)));
        permissions().put("Things", n + "other", List.of(new Permission(false, "Read", "*", user, true)));
        keys().put(new ApplicationKeyStore.ApplicationKey(n + "K", n + "U", false), n.getBytes("UTF-8"));

        model().delete("Users", n + "U");
        model().delete("Things", n);
        model().delete("ApplicationKeys", n + "K");

        assertThat(credentials().find(n + "U")).isEmpty();
        assertThat(memberships().members(group)).isEmpty();
        assertThat(permissions().find("Things", n)).isEmpty();
        assertThat(permissions().find("Things", n + "other")).isEmpty();
        assertThat(keys().find(n.getBytes("UTF-8"))).isEmpty();
    }

    @Test
    void listsOnlyWhatIsVisible() throws Exception {
        model().create(entity("ThingShapes", n + "S"));
        model().create(needing("ThingTemplates", n + "B", "ThingShapes", n + "S"));
        model().create(needing("ThingTemplates", n + "T", "ThingTemplates", n + "B"));
        model().create(needing("Things", n + "1", "ThingTemplates", n + "T"));
        model().create(needing("Things", n + "2", "ThingTemplates", n + "B"));
        model().create(entity("Things", n + "3"));

        assertThat(listed(List.of(), List.of(), List.of())).isEmpty();
        assertThat(listed(List.of("ThingTemplates"), List.of(), List.of())).containsExactly(n + "B", n + "T");
        assertThat(listed(List.of(), List.of(new Named("Things", n + "3")), List.of()))
                .containsExactly(n + "3");
        assertThat(listed(List.of(), List.of(), List.of(new Named("ThingTemplates", n + "T"))))
                .containsExactly(n + "1");
        assertThat(listed(List.of(), List.of(), List.of(new Named("ThingShapes", n + "S"))))
                .containsExactly(n + "1", n + "2");
        assertThat(listed(List.of("Things"), List.of(), List.of())).containsExactly(n + "1", n + "2", n + "3");
    }

    private List<String> listed(List<String> collections, List<Named> entities, List<Named> sources) throws Exception {
        EntityListing all =
                new EntityListing(List.of("Things", "ThingTemplates", "ThingShapes"), n + "*", "", List.of(), 0, 100);
        return model().list(all.visibleTo(new EntityListing.Visibility(collections, entities, sources))).stream()
                .map(EntitySummary::name)
                .toList();
    }

    private static EntityWrite entity(String collection, String name) {
        return new EntityWrite(collection, name, Optional.empty(), "{}", List.of());
    }

    private static EntityWrite needing(String collection, String name, String otherCollection, String other) {
        return new EntityWrite(
                collection,
                name,
                Optional.empty(),
                "{}",
                List.of(new EntityWrite.Reference(otherCollection, other, true)));
    }

    @Test
    void tellsWhatHappenedNewestFirst() throws Exception {
        long begun = System.currentTimeMillis() - 60_000;
        audit().append(entry("first", OptionalLong.of(1), OptionalLong.of(2), "a\0b"));
        audit().append(entry("second", OptionalLong.empty(), OptionalLong.empty(), "x".repeat(5_000)));

        List<AuditStore.Entry> entries = audit().query(begun, Long.MAX_VALUE / 1_000_000, n, 10);
        assertThat(entries).extracting(AuditStore.Entry::action).containsExactly("second", "first");
        assertThat(entries.get(1).before()).hasValue(1);
        assertThat(entries.get(1).after()).hasValue(2);
        assertThat(entries.get(1).detail()).isEqualTo("a b");
        assertThat(entries.get(0).before()).isEmpty();
        assertThat(entries.get(0).detail()).hasSize(1_000);
        assertThat(entries.get(0).at()).isGreaterThan(begun);
        assertThat(audit().query(begun, Long.MAX_VALUE / 1_000_000, n, 1)).hasSize(1);
        assertThat(audit().query(0, begun, n, 10)).isEmpty();
        assertThat(audit().query(begun, Long.MAX_VALUE / 1_000_000, n + "nobody", 10))
                .isEmpty();
    }

    private AuditStore.Entry entry(String action, OptionalLong before, OptionalLong after, String detail) {
        return new AuditStore.Entry(0, n, "127.0.0.1", action, "Things", "t", before, after, detail);
    }

    /** For tests of the database itself. */
    protected static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable change) {
        assertThatThrownBy(change).hasMessageContaining("never changed");
    }
}
