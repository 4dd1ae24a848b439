package org.steadfast.persistence.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of definitions does, whatever the database. */
public abstract class ModelStoreContract {
    /** A version that no entity has. */
    private static final long NEVER = 1L << 60;

    private static final AtomicLong COLLECTIONS = new AtomicLong();

    /** Each test has a collection of its own. */
    private final String collection = "Collection" + COLLECTIONS.incrementAndGet();

    private ModelStore store;
    private WriterLane lane;

    protected abstract ModelStore store();

    /** The values that belong to the same things. */
    protected abstract PropertyStore properties();

    protected abstract WriterRegistry writers();

    @BeforeEach
    void open() throws StoreException {
        store = store();
        lane = writers().openLane(writers().register("model"), 0, 1);
    }

    @AfterEach
    void close() {
        lane.close();
    }

    @Test
    void findsWhatWasCreated() throws Exception {
        StoredEntity created = store.create(entity(collection, "Pump 7", Optional.of("serial-7"), "{\"a\": 1}"));

        assertThat(created.name()).isEqualTo("Pump 7");
        assertThat(created.collection()).isEqualTo(collection);
        assertThat(created.version()).isPositive();
        assertThat(created.identifier()).contains("serial-7");
        assertThat(created.definition()).isEqualTo("{\"a\": 1}");
        assertThat(created.modified()).isPositive();
        assertThat(store.find(collection, "Pump 7")).contains(created);
        assertThat(store.findByIdentifier(collection, "serial-7")).contains(created);

        assertThat(store.find(collection, "pump 7")).isEmpty();
        assertThat(store.find("another", "Pump 7")).isEmpty();
        assertThat(store.findByIdentifier(collection, "Pump 7")).isEmpty();
    }

    @Test
    void hasNothingUnderNamesThatNoDatabaseHolds() throws Exception {
        assertThat(store.find(collection, "a\0b")).isEmpty();
        assertThat(store.findByIdentifier(collection, "a\0b")).isEmpty();
        assertThat(store.list(EntityListing.of(collection, "a\0*", 10))).isEmpty();
        assertThat(store.delete(collection, "a\0b")).isFalse();
    }

    @Test
    void createsANameOrAnIdentifierOnce() throws Exception {
        StoredEntity first = store.create(entity(collection, "identifier", Optional.of("id"), "{}"));
        store.create(entity(collection, "without", Optional.empty(), "{}"));
        store.create(entity(collection, "without too", Optional.empty(), "{}"));
        store.create(entity(collection + "x", "identifier", Optional.of("id"), "{}"));

        assertKind(
                StoreException.Kind.ALREADY_EXISTS,
                collection + " identifier already exists",
                () -> store.create(entity(collection, "identifier", Optional.of("other"), "{}")));
        assertKind(
                StoreException.Kind.ALREADY_EXISTS,
                "the identifier id already exists",
                () -> store.create(entity(collection, "other", Optional.of("id"), "{}")));
        assertThat(store.find(collection, "identifier")).contains(first);
        assertThat(store.find(collection, "other")).isEmpty();
    }

    @Test
    void createsANameOnceWhenManyTryAtTheSameTime() throws Exception {
        int tries = 6;
        CyclicBarrier together = new CyclicBarrier(tries);
        ExecutorService threads = Executors.newFixedThreadPool(tries);
        try {
            List<Future<Boolean>> outcomes = new ArrayList<>();
            for (int i = 0; i < tries; i++) {
                outcomes.add(threads.submit(() -> {
                    together.await(10, TimeUnit.SECONDS);
                    try {
                        store.create(entity(collection, "one", Optional.empty(), "{}"));
                        return true;
                    } catch (StoreException e) {
                        assertThat(e.kind()).isEqualTo(StoreException.Kind.ALREADY_EXISTS);
                        return false;
                    }
                }));
            }
            int created = 0;
            for (Future<Boolean> outcome : outcomes) {
                created += outcome.get(20, TimeUnit.SECONDS) ? 1 : 0;
            }
            assertThat(created).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void listsByMaskInTheOrderOfNames() throws Exception {
        for (String name : List.of("b1", "a1", "B2", "100%", "1000", "a_b", "axb", "back\\slash", "*star")) {
            store.create(entity(collection, name, Optional.empty(), "{}"));
        }

        assertThat(names("*", 100))
                .containsExactly("*star", "100%", "1000", "B2", "a1", "a_b", "axb", "b1", "back\\slash");
        assertThat(names("b*", 100)).containsExactly("B2", "b1", "back\\slash");
        assertThat(names("*1", 100)).containsExactly("a1", "b1");
        assertThat(names("*00*", 100)).containsExactly("100%", "1000");
        assertThat(names("a1", 100)).containsExactly("a1");
        assertThat(names("100%", 100)).containsExactly("100%");
        assertThat(names("a_b", 100)).containsExactly("a_b");
        assertThat(names("back\\*", 100)).containsExactly("back\\slash");
        assertThat(names("*\\s*", 100)).containsExactly("back\\slash");
        assertThat(names("", 100)).isEmpty();
        assertThat(names("*", 3)).containsExactly("*star", "100%", "1000");
    }

    @Test
    void updatesFromTheVersionThatTheChangeWasMadeFrom() throws Exception {
        StoredEntity first = store.create(entity(collection, "thing", Optional.of("old"), "{\"a\": 1}"));

        StoredEntity second = update("thing", first.version(), Optional.of("new"), "{\"a\": 2}");

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.version()).isGreaterThan(first.version());
        assertThat(second.definition()).isEqualTo("{\"a\": 2}");
        assertThat(second.modified()).isGreaterThanOrEqualTo(first.modified());
        assertThat(store.find(collection, "thing")).contains(second);
        assertThat(store.findByIdentifier(collection, "old")).isEmpty();
        assertThat(update("thing", second.version(), Optional.empty(), "{}").identifier())
                .isEmpty();
    }

    @Test
    void anEntityThatIsMadeAgainHasAVersionOfItsOwn() throws Exception {
        StoredEntity first = store.create(entity(collection, "again", Optional.empty(), "{}"));
        StoredEntity changed = update("again", first.version(), Optional.empty(), "{\"a\": 1}");
        store.delete(collection, "again");
        StoredEntity second = store.create(entity(collection, "again", Optional.empty(), "{}"));

        assertThat(second.version()).isGreaterThan(changed.version());
        assertKind(
                StoreException.Kind.CHANGED_MEANWHILE,
                "no longer at version",
                () -> update("again", first.version(), Optional.empty(), "{}"));
    }

    @Test
    void refusesUpdatesThatCannotBe() throws Exception {
        store.create(entity(collection, "other", Optional.of("taken"), "{}"));
        StoredEntity first = store.create(entity(collection, "thing", Optional.empty(), "{}"));
        StoredEntity second = update("thing", first.version(), Optional.empty(), "{\"a\": 2}");

        assertKind(
                StoreException.Kind.CHANGED_MEANWHILE,
                "no longer at version " + first.version(),
                () -> update("thing", first.version(), Optional.empty(), "{}"));
        assertKind(
                StoreException.Kind.ALREADY_EXISTS,
                "the identifier taken already exists",
                () -> update("thing", second.version(), Optional.of("taken"), "{}"));
        assertKind(
                StoreException.Kind.NOT_FOUND, "nothing is gone", () -> update("nothing", 1, Optional.empty(), "{}"));
        assertThat(store.find(collection, "thing")).contains(second);
    }

    @Test
    void deletesOnlyTheOneThatIsMeantAndRefersToSomething() throws Exception {
        EntityWrite.Reference mark = new EntityWrite.Reference("Mark", "thing", false);
        EntityWrite marked = new EntityWrite(collection, "thing", Optional.empty(), "{}", List.of(mark));
        StoredEntity first = store.create(marked);
        assertThat(store.delete(collection, "thing", first.id() + 1, mark)).isFalse();
        assertThat(store.delete(collection, "thing", first.id(), new EntityWrite.Reference("Mark", "other", false)))
                .isFalse();
        assertThat(store.delete(collection, "nothing", first.id(), mark)).isFalse();
        assertThat(store.find(collection, "thing")).isPresent();
        assertThat(store.delete(collection, "thing", first.id(), mark)).isTrue();

        StoredEntity second = store.create(marked);
        assertThat(store.delete(collection, "thing", first.id(), mark)).isFalse();
        store.update(entity(collection, "thing", Optional.empty(), "{}"), second.version(), List.of());
        assertThat(store.delete(collection, "thing", second.id(), mark)).isFalse();
    }

    @Test
    void deletesAnEntityWithItsValuesAndNeverGivesItsNumberAgain() throws Exception {
        StoredEntity thing = store.create(entity(collection, "thing", Optional.of("id"), "{}"));
        StoredEntity other = store.create(entity(collection, "other", Optional.empty(), "{}"));
        write(thing, "p", "1");
        write(thing, "q", "1");
        write(other, "p", "2");

        assertThat(store.delete(collection, "thing")).isTrue();

        assertThat(store.find(collection, "thing")).isEmpty();
        assertThat(values(thing)).isEmpty();
        assertThat(values(other)).containsExactly("p=2");
        assertThat(store.delete(collection, "thing")).isFalse();
        assertThat(store.create(entity(collection, "thing", Optional.of("id"), "{}"))
                        .id())
                .isGreaterThan(other.id());
    }

    @Test
    void removesTheValuesOfPropertiesThatAnUpdateDrops() throws Exception {
        StoredEntity thing = store.create(entity(collection, "thing", Optional.empty(), "{}"));
        StoredEntity other = store.create(entity(collection, "other", Optional.empty(), "{}"));
        write(thing, "kept", "1");
        long older = write(thing, "dropped", "2").version();
        long newest = write(thing, "dropped too", "3").version();
        write(other, "dropped", "4");

        ModelStore.Updated updated = store.update(
                entity(collection, "thing", Optional.empty(), "{}"),
                thing.version(),
                List.of("dropped", "dropped too", "never"));

        assertThat(older).isLessThan(newest);
        assertThat(updated.newestDropped()).isEqualTo(newest);
        assertThat(updated.entity().version()).isGreaterThan(thing.version());
        assertThat(values(thing)).containsExactly("kept=1");
        assertThat(values(other)).containsExactly("dropped=4");
        assertThat(write(thing, "dropped", "5").version()).isGreaterThan(newest);
        assertThat(store.update(
                                entity(collection, "thing", Optional.empty(), "{}"),
                                updated.entity().version(),
                                List.of("never"))
                        .newestDropped())
                .isZero();
    }

    @Test
    void dropsNoValueWhereTheUpdateIsRefused() throws Exception {
        StoredEntity thing = store.create(entity(collection, "thing", Optional.empty(), "{}"));
        write(thing, "p", "1");

        assertKind(
                StoreException.Kind.CHANGED_MEANWHILE,
                "no longer at version " + NEVER,
                () -> store.update(entity(collection, "thing", Optional.empty(), "{}"), NEVER, List.of("p")));
        assertThat(values(thing)).containsExactly("p=1");
    }

    @Test
    void listsByProjectAndTagsOfSeveralCollections() throws Exception {
        String tagged = """
                {"description": "first", "projectName": "P",
                 "tags": [{"vocabulary": "V", "vocabularyTerm": "a:b"}, {"vocabulary": "V", "vocabularyTerm": "c"}]}""";
        store.create(entity(collection, "one", Optional.empty(), tagged));
        store.create(entity(collection + "x", "two", Optional.empty(), "{\"projectName\": \"P\"}"));
        store.create(entity(collection, "three", Optional.empty(), "{}"));

        List<String> both = List.of(collection, collection + "x");
        assertThat(store.list(new EntityListing(both, "*", "P", List.of(), 0, 10)))
                .extracting(EntitySummary::name)
                .containsExactly("one", "two");
        EntitySummary found = store.list(new EntityListing(both, "*", "", List.of("V:a:b", "V:c"), 0, 10))
                .get(0);
        assertThat(found.name()).isEqualTo("one");
        assertThat(found.description()).isEqualTo("first");
        assertThat(found.projectName()).isEqualTo("P");
        assertThat(found.tags()).contains("a:b");
        assertThat(store.list(new EntityListing(both, "*", "", List.of("V:a:b", "V:other"), 0, 10)))
                .isEmpty();
        assertThat(store.list(new EntityListing(both, "*", "", List.of(), 1, 1)))
                .extracting(EntitySummary::name)
                .containsExactly("three");
    }

    @Test
    void keepsWhatOthersNeed() throws Exception {
        store.create(entity(collection, "base", Optional.empty(), "{}"));
        StoredEntity user = store.create(entity(collection, "user", Optional.empty(), "{}", "base"));

        assertKind(
                StoreException.Kind.IN_USE,
                collection + " base is needed by " + collection + " user",
                () -> store.delete(collection, "base"));
        assertThat(store.referring(collection, "base", 0, 10)).containsExactly(user);
        assertThat(store.referring(collection, "base", user.id(), 10)).isEmpty();

        store.update(entity(collection, "user", Optional.empty(), "{}"), user.version(), List.of());
        assertThat(store.referring(collection, "base", 0, 10)).isEmpty();
        assertThat(store.delete(collection, "base")).isTrue();
    }

    @Test
    void refusesWhatNeedsSomethingThatIsNotThere() throws Exception {
        assertKind(
                StoreException.Kind.NOT_FOUND,
                "needs what does not exist: " + collection + " nothing",
                () -> store.create(entity(collection, "user", Optional.empty(), "{}", "nothing")));
        assertThat(store.find(collection, "user")).isEmpty();

        StoredEntity user = store.create(entity(collection, "user", Optional.empty(), "{}"));
        assertKind(
                StoreException.Kind.NOT_FOUND,
                "needs what does not exist: " + collection + " nothing",
                () -> store.update(
                        entity(collection, "user", Optional.empty(), "{\"a\": 1}", "nothing"),
                        user.version(),
                        List.of()));
        assertThat(store.find(collection, "user")).contains(user);
    }

    /** Whichever comes first: never is there one that needs what is gone. */
    @Test
    void deletesNothingThatIsNeededAtTheSameMoment() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 20; i++) {
                String base = "base" + i;
                String user = "user" + i;
                store.create(entity(collection, base, Optional.empty(), "{}"));
                CyclicBarrier together = new CyclicBarrier(2);
                Future<Boolean> created = threads.submit(() -> {
                    together.await(10, TimeUnit.SECONDS);
                    return succeeds(() -> store.create(entity(collection, user, Optional.empty(), "{}", base)));
                });
                Future<Boolean> deleted = threads.submit(() -> {
                    together.await(10, TimeUnit.SECONDS);
                    return succeeds(() -> store.delete(collection, base));
                });
                assertThat(created.get(20, TimeUnit.SECONDS))
                        .as("created, where the base is deleted: %s", deleted.get(20, TimeUnit.SECONDS))
                        .isNotEqualTo(deleted.get(20, TimeUnit.SECONDS));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean succeeds(ThrowingCallable action) throws Exception {
        try {
            action.call();
            return true;
        } catch (StoreException e) {
            assertThat(e.kind()).isIn(StoreException.Kind.NOT_FOUND, StoreException.Kind.IN_USE);
            return false;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void dropsTheValuesOfAThingUpToAVersion() throws Exception {
        StoredEntity thing = store.create(entity(collection, "thing", Optional.empty(), "{}"));
        long old = write(thing, "old", "1").version();
        write(thing, "kept", "1");
        long newest = store.update(entity(collection, "thing", Optional.empty(), "{}"), thing.version(), List.of())
                .newestVersion();
        write(thing, "new", "2");

        assertThat(store.dropValues(thing.id(), List.of("old", "new"), newest)).isEqualTo(old);
        assertThat(store.dropValues(thing.id(), List.of("old", "new"), newest)).isZero();

        assertThat(values(thing)).containsExactlyInAnyOrder("kept=1", "new=2");
    }

    @Test
    void writesABundleWholeWithWhatItsEntitiesNeedOfEachOther() throws Exception {
        StoredEntity present = store.create(entity(collection, "present", Optional.empty(), "{}"));
        write(present, "kept", "1");
        long dropped = write(present, "dropped", "1").version();

        List<ModelStore.Updated> updated = store.writeAll(List.of(
                made(entity(collection, "user", Optional.of("id"), "{\"a\": 1}", "base", "present")),
                new BundledWrite(
                        entity(collection, "present", Optional.empty(), "{\"b\": 2}", "base"),
                        present.version(),
                        List.of("dropped")),
                made(entity(collection, "base", Optional.empty(), "{}"))));

        assertThat(updated).extracting(each -> each.entity().name()).containsExactly("user", "present", "base");
        assertThat(updated.get(1).entity().version()).isGreaterThan(present.version());
        assertThat(updated.get(1).newestDropped()).isEqualTo(dropped);
        assertThat(store.find(collection, "user"))
                .contains(updated.get(0).entity())
                .hasValueSatisfying(entity -> assertThat(entity.definition()).isEqualTo("{\"a\": 1}"));
        assertThat(store.find(collection, "present")).contains(updated.get(1).entity());
        assertThat(values(present)).containsExactly("kept=1");
        assertKind(StoreException.Kind.IN_USE, "user", () -> store.delete(collection, "base"));
    }

    @Test
    void writesNothingOfABundleOfWhichOneCannotBeWritten() throws Exception {
        store.create(entity(collection, "present", Optional.of("taken"), "{}"));
        BundledWrite fine = made(entity(collection, "fine", Optional.empty(), "{}"));

        assertKind(
                StoreException.Kind.NOT_FOUND,
                collection + " lacking needs what does not exist: " + collection + " nowhere",
                () -> store.writeAll(
                        List.of(fine, made(entity(collection, "lacking", Optional.empty(), "{}", "fine", "nowhere")))));
        assertKind(
                StoreException.Kind.ALREADY_EXISTS,
                "present already exists",
                () -> store.writeAll(List.of(fine, made(entity(collection, "present", Optional.empty(), "{}")))));
        assertKind(
                StoreException.Kind.ALREADY_EXISTS,
                "the identifier taken already exists",
                () -> store.writeAll(List.of(fine, made(entity(collection, "other", Optional.of("taken"), "{}")))));
        assertKind(
                StoreException.Kind.CHANGED_MEANWHILE,
                "no longer at version " + NEVER,
                () -> store.writeAll(List.of(
                        fine,
                        new BundledWrite(entity(collection, "present", Optional.empty(), "{}"), NEVER, List.of()))));
        assertKind(
                StoreException.Kind.NOT_FOUND,
                "is gone",
                () -> store.writeAll(List.of(
                        fine, new BundledWrite(entity(collection, "gone", Optional.empty(), "{}"), 1, List.of()))));

        assertThat(names("*", 10)).containsExactly("present");
    }

    @Test
    void bundlesInAnyOrderDoNotStandInEachOthersWay() throws Exception {
        List<BundledWrite> forth = new ArrayList<>();
        List<BundledWrite> back = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            StoredEntity made = store.create(entity(collection, "e" + i, Optional.empty(), "{}"));
            forth.add(new BundledWrite(entity(collection, "e" + i, Optional.empty(), "{}"), made.version(), List.of()));
            forth.add(made(entity(collection, "new" + i, Optional.empty(), "{}", "e" + (29 - i))));
            back.add(0, forth.get(2 * i));
            back.add(0, forth.get(2 * i + 1));
        }
        CyclicBarrier together = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<StoreException.Kind>> failures = new ArrayList<>();
            for (List<BundledWrite> bundle : List.of(forth, back)) {
                failures.add(threads.submit(() -> {
                    together.await(10, TimeUnit.SECONDS);
                    try {
                        store.writeAll(bundle);
                        return null;
                    } catch (StoreException e) {
                        return e.kind();
                    }
                }));
            }
            List<StoreException.Kind> kinds = new ArrayList<>();
            for (Future<StoreException.Kind> failure : failures) {
                kinds.add(failure.get(20, TimeUnit.SECONDS));
            }
            assertThat(kinds).containsOnlyOnce((StoreException.Kind) null);
            assertThat(kinds)
                    .filteredOn(kind -> kind != null)
                    .containsAnyOf(StoreException.Kind.CHANGED_MEANWHILE, StoreException.Kind.ALREADY_EXISTS);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void pagesThroughDefinitions() throws Exception {
        for (String name : List.of("c", "a", "d", "b")) {
            store.create(entity(
                    collection,
                    name,
                    Optional.empty(),
                    "{\"projectName\": \"" + (name.equals("d") ? "Q" : "P") + "\"}"));
        }

        List<StoredEntity> first = store.page(collection, "P", List.of(), "", 2);
        List<StoredEntity> second = store.page(collection, "P", List.of(), "b", 2);

        assertThat(first).extracting(StoredEntity::name).containsExactly("a", "b");
        assertThat(second).extracting(StoredEntity::name).containsExactly("c");
        assertThat(first.get(0)).isEqualTo(store.find(collection, "a").orElseThrow());
        assertThat(store.page(collection, "", List.of("V:t"), "", 2)).isEmpty();
    }

    private static BundledWrite made(EntityWrite entity) {
        return new BundledWrite(entity, BundledWrite.NEW, List.of());
    }

    private StoredEntity update(String name, long version, Optional<String> identifier, String definition)
            throws StoreException {
        return store.update(entity(collection, name, identifier, definition), version, List.of())
                .entity();
    }

    private static EntityWrite entity(
            String collection, String name, Optional<String> identifier, String definition, String... needs) {
        List<EntityWrite.Reference> references = new ArrayList<>();
        for (String need : needs) {
            references.add(new EntityWrite.Reference(collection, need, true));
        }
        return new EntityWrite(collection, name, identifier, definition, references);
    }

    private List<String> names(String mask, int limit) throws StoreException {
        return store.list(EntityListing.of(collection, mask, limit)).stream()
                .map(EntitySummary::name)
                .toList();
    }

    private StoredValue write(StoredEntity thing, String property, String value) throws StoreException {
        return lane.write(
                        0,
                        List.of(new ValueWrite(new PropertyKey(thing.id(), property), bytes(value), 0, "GOOD", 0, 0)))
                .get(0);
    }

    private List<String> values(StoredEntity thing) throws StoreException, InterruptedException {
        List<String> values = new ArrayList<>();
        properties().scan(1, value -> {
            if (value.key().thingId() == thing.id()) {
                values.add(value.key().property() + "=" + new String(value.value(), UTF_8));
            }
        });
        return values;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static void assertKind(StoreException.Kind kind, String message, ThrowingCallable action) {
        assertThatThrownBy(action)
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
