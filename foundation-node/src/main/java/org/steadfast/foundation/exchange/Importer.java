package org.steadfast.foundation.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.RefusedBundleException;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.property.PropertyException;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.Security;
import org.steadfast.protocol.link.LinkFrame.Stamp;

/**
 * Imports entities: everything that a file brings, or nothing. Property values follow when the entities are stored. Safe for use by
 * several threads; so many imports at a time as there are {@link #MOST_AT_A_TIME}, as each has its file in memory.
 */
public final class Importer {
    private static final Logger log = LoggerFactory.getLogger(Importer.class);
    private static final int MOST_AT_A_TIME = 2;
    /** Most things whose values are on their way at a time. */
    private static final int VALUES_AT_A_TIME = 50;

    private final Model model;
    private final Properties properties;
    private final Security security;
    private final ExchangeSettings settings;
    private final Clock clock;
    private final ImportedFellowships fellowships;
    private final Semaphore turns = new Semaphore(MOST_AT_A_TIME);

    public Importer(Model model, Properties properties, Security security, ExchangeSettings settings, Clock clock) {
        this.security = security;
        this.model = model;
        this.properties = properties;
        this.settings = settings;
        this.clock = clock;
        this.fellowships = new ImportedFellowships(model, security);
    }

    /**
     * An import that was done.
     *
     * @param entities what was made or changed
     * @param ignored what was left aside, a line each
     * @param seenEverywhere whether every live node is known to have it
     */
    public record Imported(List<EntityRef> entities, List<String> ignored, boolean seenEverywhere) {}

    /** Work with a file. */
    @FunctionalInterface
    interface Work<T> {
        T done() throws ExchangeException, ModelException, IOException;
    }

    /**
     * Imports a document, or an archive of documents.
     *
     * @param principal who imports; must be an administrator
     * @return completes when the entities are stored, announced, and have their values
     * @throws ExchangeException naming everything that is refused; then nothing was stored
     */
    public CompletableFuture<Imported> run(InputStream file, ImportOptions options, Principal principal)
            throws ExchangeException, ModelException, IOException {
        return inTurn(() -> {
            EntityDocuments documents = new EntityDocuments(settings);
            documents.readFile(file);
            return store(documents, options, principal);
        });
    }

    /** Does something with a file, unless too many do so already. */
    <T> T inTurn(Work<T> work) throws ExchangeException, ModelException, IOException {
        takeTurn();
        try {
            return work.done();
        } finally {
            turns.release();
        }
    }

    /** Looks at entities as {@link #run} would, and stores nothing. */
    void check(EntityDocuments documents, ImportOptions options, Principal principal)
            throws ExchangeException, ModelException {
        try {
            model.checkAll(bundle(documents, options, principal).edits());
        } catch (RefusedBundleException e) {
            throw ExchangeException.refused(e.refusals());
        }
    }

    private void takeTurn() throws ExchangeException {
        if (!turns.tryAcquire()) {
            throw new ExchangeException(
                    ExchangeException.Kind.UNAVAILABLE,
                    MOST_AT_A_TIME + " imports are under way on this node; nothing was stored, try again");
        }
    }

    private ImportBundle bundle(EntityDocuments documents, ImportOptions options, Principal principal) {
        return new ImportBundle(
                documents.entities(),
                options,
                documents.notes(),
                security.principals(),
                fellowships,
                principal.user(),
                clock.millis());
    }

    CompletableFuture<Imported> store(EntityDocuments documents, ImportOptions options, Principal principal)
            throws ExchangeException, ModelException {
        ImportBundle bundle = bundle(documents, options, principal);
        Model.BundleChange change;
        try {
            change = model.changeAll(bundle.edits());
        } catch (RefusedBundleException e) {
            throw ExchangeException.refused(e.refusals());
        }
        change.permissions().forEach((ref, added) -> security.audit().permissionsAdded(principal, ref, added));
        List<EntityRef> refs = change.entities().stream().map(Entity::ref).toList();
        // Both are begun whatever becomes of the other: the entities are stored, and a second import leaves their
        // values as they are.
        CompletableFuture<Void> written = write(new ArrayList<>(bundle.values().entrySet()), 0);
        CompletableFuture<Boolean> joined;
        try {
            joined = fellowships.store(bundle, principal, documents.notes());
        } catch (ModelException e) {
            joined = CompletableFuture.failedFuture(e);
        }
        List<String> ignored = documents.notes().lines();
        log.info("Imported {} entities", refs.size());
        ignored.forEach(line -> log.warn("IMPORT_IGNORED: imported without {}", line));
        return written.thenCombine(
                change.seenEverywhere().thenCombine(joined, (entities, others) -> entities && others),
                (done, seen) -> new Imported(refs, ignored, seen));
    }

    /** Writes values of some things, and of others when these are acknowledged. */
    private CompletableFuture<Void> write(List<Map.Entry<String, List<PropertyUpdate>>> values, int from) {
        if (from >= values.size()) {
            return CompletableFuture.completedFuture(null);
        }
        int until = Math.min(values.size(), from + VALUES_AT_A_TIME);
        List<CompletableFuture<Void>> written = new ArrayList<>();
        try {
            for (Map.Entry<String, List<PropertyUpdate>> each : values.subList(from, until)) {
                written.add(properties.write(model.things().require(each.getKey()), each.getValue(), Stamp.NONE));
            }
        } catch (ModelException | PropertyException e) {
            return CompletableFuture.failedFuture(e);
        }
        return CompletableFuture.allOf(written.toArray(CompletableFuture[]::new))
                .thenComposeAsync(done -> write(values, until));
    }
}
