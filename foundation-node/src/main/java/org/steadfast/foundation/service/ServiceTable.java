package org.steadfast.foundation.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.steadfast.foundation.model.EffectiveShape;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.ServiceDefinition;

/** The services that the platform does by itself, by what has them. Immutable. */
final class ServiceTable {
    private static final String THINGS_OF = EntityType.THING.collection() + " of ";

    private final Map<String, Map<String, BuiltInService>> byOwner;
    /** Names of the services that things of the reference have. */
    private final Set<String> ofReferenceThings;

    private ServiceTable(Map<String, Map<String, BuiltInService>> byOwner, Set<String> ofReferenceThings) {
        this.byOwner = byOwner;
        this.ofReferenceThings = ofReferenceThings;
    }

    /** Collects services. Not safe for use by several threads. */
    static final class Builder {
        private final Map<String, Map<String, BuiltInService>> byOwner = new LinkedHashMap<>();
        private final Set<String> ofReferenceThings = readReferenceThings();

        /**
         * @param owner a collection, such as {@code Things}, one entity, such as {@code Resources/EntityServices}, or what
         *     {@link #thingsOf} says
         */
        Builder add(String owner, List<BuiltInService> services) {
            Map<String, BuiltInService> present = byOwner.computeIfAbsent(owner, key -> new LinkedHashMap<>());
            for (BuiltInService service : services) {
                String name = service.definition().name();
                if (present.putIfAbsent(name, service) != null) {
                    throw new IllegalArgumentException(owner + " has two services " + name);
                }
            }
            return this;
        }

        ServiceTable build() {
            return new ServiceTable(byOwner, ofReferenceThings);
        }
    }

    /** Services that the things of one template have besides those that all have. */
    static String thingsOf(String template) {
        return THINGS_OF + template;
    }

    /** The service that things have for the sake of one of their templates. */
    Optional<BuiltInService> find(EffectiveShape shape, String service) {
        for (String template : shape.templates()) {
            BuiltInService found =
                    byOwner.getOrDefault(thingsOf(template), Map.of()).get(service);
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    /** The services that things have for the sake of their templates, by name. */
    Map<String, ServiceDefinition> definitions(EffectiveShape shape) {
        Map<String, ServiceDefinition> all = new LinkedHashMap<>();
        for (String template : shape.templates()) {
            byOwner.getOrDefault(thingsOf(template), Map.of())
                    .forEach((name, service) -> all.putIfAbsent(name, service.definition()));
        }
        return Collections.unmodifiableMap(all);
    }

    /** The service of a collection's entities, or of one entity. */
    Optional<BuiltInService> find(String collection, String entity, String service) {
        Map<String, BuiltInService> own = byOwner.getOrDefault(collection + "/" + entity, Map.of());
        BuiltInService found = own.get(service);
        return Optional.ofNullable(
                found == null ? byOwner.getOrDefault(collection, Map.of()).get(service) : found);
    }

    /** What has services of its own in a collection. */
    Set<String> names(String collection) {
        return byOwner.keySet().stream()
                .filter(owner -> owner.startsWith(collection + "/"))
                .map(owner -> owner.substring(collection.length() + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether anything at all has services under this address. */
    boolean knows(String collection, String entity) {
        return byOwner.containsKey(collection) || byOwner.containsKey(collection + "/" + entity);
    }

    /** The services of a collection's entities, or of one entity, by name. */
    Map<String, ServiceDefinition> definitions(String collection, String entity) {
        Map<String, ServiceDefinition> all = new LinkedHashMap<>();
        for (String owner : List.of(collection, collection + "/" + entity)) {
            byOwner.getOrDefault(owner, Map.of()).forEach((name, service) -> all.put(name, service.definition()));
        }
        return Collections.unmodifiableMap(all);
    }

    /** Each service with what has it. */
    List<CatalogueEntry> all() {
        List<CatalogueEntry> all = new ArrayList<>();
        byOwner.forEach((owner, services) -> services.values().forEach(service -> all.add(entry(owner, service))));
        return all;
    }

    private static CatalogueEntry entry(String owner, BuiltInService service) {
        boolean isOfTemplate = owner.startsWith(THINGS_OF);
        int slash = owner.indexOf('/');
        String collection =
                isOfTemplate ? EntityType.THING.collection() : slash < 0 ? owner : owner.substring(0, slash);
        return new CatalogueEntry(
                collection,
                slash < 0 ? Optional.empty() : Optional.of(owner.substring(slash + 1)),
                isOfTemplate ? Optional.of(owner.substring(THINGS_OF.length())) : Optional.empty(),
                service.definition(),
                service.changes());
    }

    /** Whether things of the reference have such a service. */
    boolean isOfReferenceThings(String service) {
        return ofReferenceThings.contains(service);
    }

    private static Set<String> readReferenceThings() {
        try (InputStream resource = ServiceTable.class.getResourceAsStream("thing-services.txt")) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.substring(0, line.indexOf('(')))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException("reading what this program brings failed", e);
        }
    }
}
