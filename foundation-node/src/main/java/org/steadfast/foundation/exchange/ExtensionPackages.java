package org.steadfast.foundation.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.security.Principal;
import org.steadfast.persistence.store.ExtensionPackage;
import org.steadfast.persistence.store.ExtensionPackage.PackagedEntity;
import org.steadfast.persistence.store.ExtensionPackageStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.protocol.json.Json;

/**
 * Packages of entities: uploaded, listed and deleted. Code that a package brings is not run, so packages with Java archives are
 * refused. Safe for use by several threads.
 */
public final class ExtensionPackages {
    private static final int PAGE = 200;
    private static final ImportOptions KEEP_VALUES = new ImportOptions(false, false);

    private final ExtensionPackageStore store;
    private final Model model;
    private final Importer importer;
    private final ExchangeSettings settings;
    private final Clock clock;

    public ExtensionPackages(
            ExtensionPackageStore store, Model model, Importer importer, ExchangeSettings settings, Clock clock) {
        this.store = store;
        this.model = model;
        this.importer = importer;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * What a step of an upload has come to.
     *
     * @param status 0 done, 1 failed, 2 done, with a warning
     * @param message why it failed, or the warning; otherwise empty
     */
    public record Step(String packageName, String packageVersion, int status, String message) {
        /** Done. */
        public static final int DONE = 0;
        /** Failed: nothing was changed. */
        public static final int FAILURE = 1;
        /** Done, but somebody should know. */
        public static final int WARNING = 2;
    }

    /**
     * An upload.
     *
     * @param install empty where the package was only to be looked at, or did not pass
     */
    public record Report(Step validate, Optional<Step> install) {}

    /** What an uploaded file holds. */
    private static final class Unpacked {
        private final EntityDocuments documents;
        private Optional<ExtensionMetadata> metadata = Optional.empty();
        private final List<String> code = new ArrayList<>();

        Unpacked(EntityDocuments documents) {
            this.documents = documents;
        }
    }

    /**
     * Looks at a package and installs it.
     *
     * @param validateOnly whether it is only looked at
     * @param principal who uploads it; must be an administrator
     * @return completes when its entities are stored and announced
     * @throws ExchangeException if the file is no package
     */
    public CompletableFuture<Report> upload(InputStream file, boolean validateOnly, Principal principal)
            throws ExchangeException, ModelException, IOException {
        return importer.inTurn(() -> {
            Unpacked unpacked = unpack(file);
            ExtensionMetadata metadata = unpacked.metadata.orElseThrow(
                    () -> ExchangeException.refused("the package has no file metadata.xml"));
            Step validate = validate(metadata, unpacked, principal);
            if (validateOnly || validate.status() == Step.FAILURE) {
                return CompletableFuture.completedFuture(new Report(validate, Optional.empty()));
            }
            return install(metadata, unpacked.documents, principal)
                    .thenApply(install -> new Report(validate, Optional.of(install)));
        });
    }

    private Unpacked unpack(InputStream file) throws ExchangeException, IOException {
        Unpacked unpacked = new Unpacked(EntityDocuments.ofPackage(settings));
        int[] files = new int[1];
        Archive.read(file, settings.mostImportBytes(), (name, content) -> {
            files[0]++;
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.equals("metadata.xml")) {
                unpacked.metadata = Optional.of(ExtensionMetadata.read(content));
            } else if (lower.startsWith("lib/") || lower.endsWith(".jar") || lower.endsWith(".class")) {
                unpacked.code.add(name);
            } else if (lower.startsWith("entities/") && lower.endsWith(".xml")) {
                unpacked.documents.readPart(name, content);
            } else {
                unpacked.documents.notes().ignored("the file " + name + " of the package");
            }
        });
        if (files[0] == 0) {
            throw ExchangeException.refused("the file is no zip archive, or an empty one");
        }
        return unpacked;
    }

    private Step validate(ExtensionMetadata metadata, Unpacked unpacked, Principal principal) throws ModelException {
        if (metadata.hasCode() || !unpacked.code.isEmpty()) {
            return step(
                    metadata,
                    Step.FAILURE,
                    "the package brings Java code"
                            + (unpacked.code.isEmpty() ? "" : ", such as " + unpacked.code.get(0))
                            + "; this platform does not run code of packages, only their entities can be imported");
        }
        try {
            importer.check(unpacked.documents, KEEP_VALUES, principal);
        } catch (ExchangeException e) {
            return step(metadata, Step.FAILURE, e.getMessage());
        }
        Optional<ExtensionPackage> present = find(metadata.name());
        if (present.isPresent() && present.get().version().equals(metadata.version())) {
            return step(
                    metadata,
                    Step.WARNING,
                    "version " + metadata.version() + " of " + metadata.name() + " is installed already");
        }
        List<String> ignored = unpacked.documents.notes().lines();
        return ignored.isEmpty()
                ? step(metadata, Step.DONE, "")
                : step(metadata, Step.WARNING, "left aside: " + String.join("; ", ignored));
    }

    private static Step step(ExtensionMetadata metadata, int status, String message) {
        return new Step(metadata.name(), metadata.version(), status, message);
    }

    private CompletableFuture<Step> install(ExtensionMetadata metadata, EntityDocuments documents, Principal principal)
            throws ModelException {
        CompletableFuture<Importer.Imported> imported;
        try {
            Set<PackagedEntity> entities = new LinkedHashSet<>();
            // What an earlier version brought and this one does not is there still, and goes with the package.
            find(metadata.name()).ifPresent(earlier -> entities.addAll(earlier.entities()));
            imported = importer.store(documents, KEEP_VALUES, principal);
            documents.entities().stream()
                    .map(ImportedEntity::ref)
                    .forEach(ref -> entities.add(new PackagedEntity(ref.type().collection(), ref.name())));
            store.put(new ExtensionPackage(
                    metadata.name(),
                    metadata.version(),
                    Json.write(metadata.attributes()),
                    List.copyOf(entities),
                    clock.millis()));
        } catch (ExchangeException e) {
            return CompletableFuture.completedFuture(step(metadata, Step.FAILURE, e.getMessage()));
        } catch (StoreException e) {
            throw unavailable(e);
        }
        return imported.thenApply(done -> done.seenEverywhere()
                ? step(metadata, Step.DONE, "")
                : step(metadata, Step.WARNING, "installed, but not every node is known to have it yet"));
    }

    /** All installed packages, in the order of their names. */
    public List<ExtensionPackage> list() throws ModelException {
        try {
            return store.list();
        } catch (StoreException e) {
            throw unavailable(e);
        }
    }

    /** An installed package. */
    public Optional<ExtensionPackage> find(String name) throws ModelException {
        try {
            return store.find(name);
        } catch (StoreException e) {
            throw unavailable(e);
        }
    }

    /** What the author of a package says of it under a name; empty where nothing. */
    public static String said(ExtensionPackage installed, String attribute) {
        try {
            JsonNode metadata = Json.read(installed.metadata());
            return metadata.path(attribute).asText();
        } catch (org.steadfast.protocol.json.InvalidValueException e) {
            throw new IllegalStateException("what is stored of " + installed.name() + " cannot be read", e);
        }
    }

    private static ModelException unavailable(StoreException e) {
        return new ModelException(
                ModelException.Kind.UNAVAILABLE, "the database does not answer: " + e.getMessage(), e);
    }

    /**
     * Deletes a package with all entities that it brought. If that ends half way, it can be done again.
     *
     * @return whether every live node is known to have heard of it
     * @throws ModelException {@link ModelException.Kind#NOT_ALLOWED} where entities need one of them that did not come with it; then
     *     nothing was deleted
     */
    public CompletableFuture<Boolean> delete(String name) throws ModelException {
        ExtensionPackage installed = find(name)
                .orElseThrow(() -> new ModelException(
                        ModelException.Kind.NOT_FOUND, "Extension package [" + name + "] does not exist"));
        Map<EntityRef, Entity> left = new LinkedHashMap<>();
        for (PackagedEntity packaged : installed.entities()) {
            Optional<EntityType> type = EntityType.ofCollection(packaged.collection());
            if (type.isPresent()) {
                EntityRef ref = new EntityRef(type.get(), packaged.name());
                model.find(ref).ifPresent(entity -> left.put(ref, entity));
            }
        }
        for (EntityRef ref : left.keySet()) {
            requireUnusedElsewhere(name, ref, left.keySet());
        }
        CompletableFuture<Boolean> seen = CompletableFuture.completedFuture(true);
        while (!left.isEmpty()) {
            Set<EntityRef> needed = new LinkedHashSet<>();
            left.values().forEach(entity -> needed.addAll(entity.needs()));
            List<EntityRef> free =
                    left.keySet().stream().filter(ref -> !needed.contains(ref)).toList();
            if (free.isEmpty()) {
                throw new ModelException(
                        ModelException.Kind.NOT_ALLOWED,
                        "Extension package [" + name + "] cannot be deleted: its entities need each other, beginning"
                                + " with " + left.keySet().iterator().next());
            }
            for (EntityRef ref : free) {
                seen = seen.thenCombine(model.delete(ref).seenEverywhere(), (before, now) -> before && now);
                left.remove(ref);
            }
        }
        try {
            var unused = store.delete(name);
        } catch (StoreException e) {
            throw unavailable(e);
        }
        return seen;
    }

    /** Whether anything that did not come with a package needs one of its entities. */
    public boolean isInUse(ExtensionPackage installed) throws ModelException {
        Set<EntityRef> own = new LinkedHashSet<>();
        for (PackagedEntity packaged : installed.entities()) {
            EntityType.ofCollection(packaged.collection())
                    .ifPresent(type -> own.add(new EntityRef(type, packaged.name())));
        }
        for (EntityRef ref : own) {
            if (userElsewhere(ref, own).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private void requireUnusedElsewhere(String name, EntityRef ref, Set<EntityRef> own) throws ModelException {
        Optional<EntityRef> user = userElsewhere(ref, own);
        if (user.isPresent()) {
            throw new ModelException(
                    ModelException.Kind.NOT_ALLOWED,
                    "Extension package [" + name + "] cannot be deleted: " + ref + " is needed by " + user.get());
        }
    }

    private Optional<EntityRef> userElsewhere(EntityRef ref, Set<EntityRef> own) throws ModelException {
        long after = 0;
        List<Entity> page;
        do {
            page = model.referring(ref, after, PAGE);
            for (Entity user : page) {
                after = user.id();
                if (!own.contains(user.ref())) {
                    return Optional.of(user.ref());
                }
            }
        } while (page.size() == PAGE);
        return Optional.empty();
    }
}
