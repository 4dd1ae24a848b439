package org.steadfast.foundation.exchange;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Members;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.foundation.security.Authority;

/**
 * Writes entities as documents that can be imported again, page by page: never all of them are in memory. Safe for use by several
 * threads.
 */
public final class Exporter {
    private static final int PAGE = 200;
    private static final int LONGEST_READING_SECONDS = 10;
    /** What readers of the reference look for in a document. */
    private static final Map<String, String> VERSION = version();

    private final Model model;
    private final Authority authority;
    private final Properties properties;

    public Exporter(Model model, Authority authority, Properties properties) {
        this.authority = authority;
        this.model = model;
        this.properties = properties;
    }

    private static Map<String, String> version() {
        Map<String, String> version = new LinkedHashMap<>();
        version.put("build", "steadfast");
        version.put("majorVersion", "9");
        version.put("minorVersion", "0");
        version.put("revision", "0");
        version.put("schemaVersion", "1032");
        version.put("universal", "");
        return version;
    }

    /** Takes entities one by one. */
    @FunctionalInterface
    private interface Taking {
        void take(Entity entity) throws IOException, ModelException;
    }

    /**
     * Writes one document with everything that is selected.
     *
     * @throws IOException also where the model or values cannot be read: the document is broken off then
     */
    public void document(ExportSelection selection, OutputStream out) throws IOException {
        Writer writer = writer(out);
        XmlOut xml = new XmlOut(writer);
        xml.begin();
        xml.open("Entities", VERSION);
        for (EntityType type : selection.types()) {
            boolean[] isOpen = new boolean[1];
            each(type, selection, entity -> {
                if (!isOpen[0]) {
                    xml.open(type.collection(), Map.of());
                    isOpen[0] = true;
                }
                xml.element(EntityToXml.element(entity, company(entity)));
            });
            if (isOpen[0]) {
                xml.close(type.collection());
            }
        }
        xml.close("Entities");
        writer.write('\n');
        writer.flush();
    }

    /**
     * Writes an archive with one document for each entity, in folders by collection.
     *
     * @throws IOException also where the model or values cannot be read: the archive is broken off then
     */
    public void archive(ExportSelection selection, OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        for (EntityType type : selection.types()) {
            each(type, selection, entity -> {
                ZipEntry entry = new ZipEntry(type.collection() + "/" + fileName(entity.name()) + ".xml");
                // The same entities give the same archive, whenever it is made.
                entry.setTime(0);
                zip.putNextEntry(entry);
                Writer writer = writer(zip);
                XmlOut xml = new XmlOut(writer);
                xml.begin();
                xml.open("Entities", VERSION);
                xml.open(type.collection(), Map.of());
                xml.element(EntityToXml.element(entity, company(entity)));
                xml.close(type.collection());
                xml.close("Entities");
                writer.write('\n');
                writer.flush();
                zip.closeEntry();
            });
        }
        zip.finish();
    }

    private static Writer writer(OutputStream out) {
        return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    /** A name that every file system takes. */
    static String fileName(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }

    private void each(EntityType type, ExportSelection selection, Taking taking) throws IOException {
        try {
            if (selection.name().isPresent()) {
                Optional<Entity> one =
                        model.find(new EntityRef(type, selection.name().get()));
                if (one.isPresent() && !one.get().isSystemObject()) {
                    taking.take(one.get());
                }
                return;
            }
            String after = "";
            List<Entity> page;
            do {
                page = model.page(type, selection.project(), selection.tags(), after, PAGE);
                for (Entity entity : page) {
                    taking.take(entity);
                    after = entity.name();
                }
            } while (page.size() == PAGE);
        } catch (ModelException e) {
            throw new IOException("the model cannot be read: " + e.getMessage(), e);
        }
    }

    private EntityToXml.Company company(Entity entity) throws IOException, ModelException {
        return new EntityToXml.Company(values(entity), authority.permissions(entity.ref()));
    }

    /** Values that were set and are kept in the database. */
    private List<PropertyUpdate> values(Entity entity) throws IOException, ModelException {
        Optional<Thing> thing =
                entity.type() == EntityType.THING ? model.things().find(entity.name()) : Optional.empty();
        if (thing.isEmpty()) {
            return List.of();
        }
        try {
            return properties
                    .present(
                            thing.get(),
                            thing.get().properties().values().stream()
                                    .filter(Members::isPersistent)
                                    .toList())
                    .get(LONGEST_READING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while values were read", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the values of " + entity.name() + " cannot be read", e);
        }
    }
}
