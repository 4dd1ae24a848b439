package org.steadfast.foundation.service;

import java.util.Optional;
import org.steadfast.foundation.model.ServiceDefinition;

/**
 * A service that the platform does itself, for those who want to know what there is.
 *
 * @param collection whose entities have it
 * @param entity the one that has it; empty where all have
 * @param template whose things have it; empty where that does not matter
 * @param changes whether it changes anything
 */
public record CatalogueEntry(
        String collection,
        Optional<String> entity,
        Optional<String> template,
        ServiceDefinition definition,
        boolean changes) {}
