package org.steadfast.foundation.exchange;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.steadfast.foundation.model.EntityType;

/**
 * Reads the entities of documents {@code <Entities>}. Several documents make one bundle. Bounded by how many entities there may be, and
 * by how many bytes. Used by one thread.
 */
final class EntityDocuments {
    private final ExchangeSettings settings;
    private final boolean withPrincipals;
    private final ImportNotes notes = new ImportNotes();
    private final EntityFromXml reader = new EntityFromXml(notes);
    private final List<ImportedEntity> entities = new ArrayList<>();

    EntityDocuments(ExchangeSettings settings) {
        this(settings, true);
    }

    private EntityDocuments(ExchangeSettings settings, boolean withPrincipals) {
        this.settings = settings;
        this.withPrincipals = withPrincipals;
    }

    /** Those of a package, which comes from somebody else: who may come in, and with which key, is not their affair. */
    static EntityDocuments ofPackage(ExchangeSettings settings) {
        return new EntityDocuments(settings, false);
    }

    private Optional<EntityType> taken(String collection) {
        return EntityType.ofCollection(collection)
                .filter(type -> withPrincipals
                        || switch (type) {
                            case USER, GROUP, ORGANIZATION, APPLICATION_KEY -> false;
                            default -> true;
                        });
    }

    /** What was read so far. */
    List<ImportedEntity> entities() {
        return entities;
    }

    /** What was left aside so far. */
    ImportNotes notes() {
        return notes;
    }

    /** Reads a document, or an archive of documents. */
    void readFile(InputStream file) throws ExchangeException, IOException {
        BufferedInputStream in = new BufferedInputStream(file);
        if (!Archive.isNext(in)) {
            readDocument(
                    new LimitedInput(in, new LimitedInput.Allowance("the document has", settings.mostImportBytes())));
            return;
        }
        Archive.read(in, settings.mostImportBytes(), (name, content) -> {
            if (name.toLowerCase(Locale.ROOT).endsWith(".xml")) {
                readPart(name, content);
            } else {
                notes.ignored("the file " + name + " of the archive");
            }
        });
    }

    /** Reads one document of an archive. */
    void readPart(String name, InputStream content) throws ExchangeException {
        try {
            readDocument(content);
        } catch (ExchangeException e) {
            throw new ExchangeException(e.kind(), "file " + name + ": " + e.getMessage(), e);
        }
    }

    private void readDocument(InputStream document) throws ExchangeException {
        try (XmlSource source = new XmlSource(document)) {
            String root = source.root();
            if (!root.equals("Entities")) {
                throw ExchangeException.refused("the document's first element must be Entities, not " + root);
            }
            while (source.enterChild()) {
                Optional<EntityType> type = taken(source.name());
                if (type.isEmpty()) {
                    notes.ignored("the collection " + source.name() + ", which is not imported");
                    var unused = source.element();
                } else {
                    while (source.enterChild()) {
                        if (entities.size() >= settings.mostImportedEntities()) {
                            throw ExchangeException.tooLarge("there are more than "
                                    + settings.mostImportedEntities()
                                    + " entities; the setting MostImportedEntities allows more");
                        }
                        entities.add(reader.read(type.get(), source.element()));
                    }
                }
            }
            source.finish();
        }
    }
}
