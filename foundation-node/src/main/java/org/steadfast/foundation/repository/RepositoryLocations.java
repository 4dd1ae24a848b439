package org.steadfast.foundation.repository;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.steadfast.coordination.settings.BasicSettings;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;

/**
 * In which storage location each repository has its files: in ThingworxStorage, or in the one of the settings that its configuration, or that of
 * its template, names. Safe for use by several threads.
 */
final class RepositoryLocations {
    private static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int MOST_KNOWN = 10_000;

    private final RepositoryLocation main;
    private final Map<String, RepositoryLocation> further = new LinkedHashMap<>();
    private final Model model;
    /** By the number of the thing, what was read of it last: each call of a service asks. Caffeine guards it. */
    private final Cache<Long, Choice> choices =
            Caffeine.newBuilder().maximumSize(MOST_KNOWN).build();

    /**
     * What a repository has chosen.
     *
     * @param version of the thing
     * @param location its name; empty for ThingworxStorage
     * @param nanoTime when it was read
     */
    private record Choice(long version, String location, long nanoTime) {}

    RepositoryLocations(BasicSettings settings, Model model) {
        this.main = RepositoryLocation.in(settings.storage());
        settings.additional().forEach((name, folder) -> further.put(name, RepositoryLocation.in(folder)));
        this.model = model;
    }

    /** All that there are. */
    List<RepositoryLocation> all() {
        List<RepositoryLocation> all = new ArrayList<>();
        all.add(main);
        all.addAll(further.values());
        return all;
    }

    /**
     * That of a repository.
     *
     * @throws RepositoryException {@link RepositoryException.Kind#UNAVAILABLE} if it names one that the settings do not have
     */
    RepositoryLocation of(Thing thing) throws ModelException, RepositoryException {
        return named(thing.name(), choice(thing));
    }

    /** That of a repository that is being deleted. */
    RepositoryLocation of(Entity repository) throws ModelException, RepositoryException {
        choices.invalidate(repository.id());
        return named(repository.name(), read(repository));
    }

    private RepositoryLocation named(String repository, String location) throws RepositoryException {
        if (location.isEmpty()) {
            return main;
        }
        RepositoryLocation found = further.get(location);
        if (found == null) {
            throw new RepositoryException(
                    RepositoryException.Kind.UNAVAILABLE,
                    "[" + repository + "] has its files in the storage location " + location + ", which "
                            + BasicSettings.PATH + ".AdditionalStorage does not have");
        }
        return found;
    }

    private String choice(Thing thing) throws ModelException {
        Choice known = choices.getIfPresent(thing.id());
        boolean isOfThis = known != null && known.version() == thing.version();
        if (isOfThis && System.nanoTime() - known.nanoTime() < KNOWN_NANOS) {
            return known.location();
        }
        try {
            String location = read(model.require(new EntityRef(EntityType.THING, thing.name())));
            choices.put(thing.id(), new Choice(thing.version(), location, System.nanoTime()));
            return location;
        } catch (ModelException e) {
            if (isOfThis && e.kind() == ModelException.Kind.UNAVAILABLE) {
                // Files are there while the database is not.
                return Objects.requireNonNull(known).location();
            }
            throw e;
        }
    }

    private String read(Entity repository) throws ModelException {
        return model.configuration()
                .row(repository, BuiltIns.REPOSITORY_TABLE)
                .path(BuiltIns.REPOSITORY_LOCATION)
                .asText("")
                .strip();
    }
}
