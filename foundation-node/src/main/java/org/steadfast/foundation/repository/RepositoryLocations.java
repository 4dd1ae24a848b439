package org.steadfast.foundation.repository;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.steadfast.coordination.settings.BasicSettings;
import org.steadfast.foundation.model.Thing;

/**
 * In which storage location each repository has its files: in ThingworxStorage, or in the one of the settings that its configuration, or that of
 * its template, names. Immutable.
 */
final class RepositoryLocations {
    private final RepositoryLocation main;
    private final Map<String, RepositoryLocation> further = new LinkedHashMap<>();

    RepositoryLocations(BasicSettings settings) {
        this.main = RepositoryLocation.in(settings.storage());
        settings.additional().forEach((name, folder) -> further.put(name, RepositoryLocation.in(folder)));
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
    RepositoryLocation of(Thing repository) throws RepositoryException {
        String name = repository.shape().storageLocation();
        RepositoryLocation location = name.isEmpty() ? main : further.get(name);
        if (location == null) {
            throw new RepositoryException(
                    RepositoryException.Kind.UNAVAILABLE,
                    "[" + repository.name() + "] has its files in the storage location " + name + ", which "
                            + BasicSettings.PATH + ".AdditionalStorage does not have");
        }
        return location;
    }
}
