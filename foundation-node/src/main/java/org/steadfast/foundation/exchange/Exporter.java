package org.steadfast.foundation.exchange;

import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Members;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Passwords;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.foundation.security.Security;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.OrganizationUnitStore.Unit;

/**
 * Writes entities as documents that can be imported again, page by page: never all of them are in memory. Safe for use by several
 * threads.
 */
public final class Exporter {
    private static final int PAGE = 200;
    /** Characters, without the ending; of a longer one so many, and what tells it from others that begin so. */
    private static final int LONGEST_FILE_NAME = 200;

    /** What a file cannot be called on Windows. */
    private static final Pattern DEVICE = Pattern.compile("(?i)con|prn|aux|nul|com[1-9]|lpt[1-9]");

    private static final int LONGEST_READING_SECONDS = 10;
    /** What readers of the reference look for in a document. */
    private static final Map<String, String> VERSION = version();

    private final Model model;
    private final Security security;
    private final Properties properties;

    public Exporter(Model model, Security security, Properties properties) {
        this.security = security;
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
        Selected selected = selected(selection);
        for (EntityType type : selected.types()) {
            boolean[] isOpen = new boolean[1];
            selected.each(type, entity -> {
                if (!isOpen[0]) {
                    xml.open(type.collection(), Map.of());
                    isOpen[0] = true;
                }
                xml.element(EntityToXml.element(model.passwords().hidden(entity), company(entity)));
            });
            if (isOpen[0]) {
                xml.close(type.collection());
            }
        }
        xml.close("Entities");
        writer.write('\n');
        writer.flush();
    }

    /** A document with what an entity is, without its values and permissions. */
    public byte[] definition(Entity entity) throws ModelException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writeAlone(entity, EntityToXml.Company.NONE, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Writes an archive with one document for each entity, in folders by collection.
     *
     * @return how many
     * @throws IOException also where the model or values cannot be read: the archive is broken off then
     */
    public int archive(ExportSelection selection, OutputStream out) throws IOException {
        int[] written = new int[1];
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        Selected selected = selected(selection);
        for (EntityType type : selected.types()) {
            selected.each(type, entity -> {
                ZipEntry entry = new ZipEntry(type.collection() + "/" + fileName(entity.name()) + ".xml");
                // The same entities give the same archive, whenever it is made.
                entry.setTime(0);
                zip.putNextEntry(entry);
                writeAlone(entity, company(entity), zip);
                zip.closeEntry();
                written[0]++;
            });
        }
        zip.finish();
        return written[0];
    }

    /** Writes a document with one entity. */
    private void writeAlone(Entity entity, EntityToXml.Company company, OutputStream out)
            throws IOException, ModelException {
        Writer writer = writer(out);
        XmlOut xml = new XmlOut(writer);
        xml.begin();
        xml.open("Entities", VERSION);
        xml.open(entity.type().collection(), Map.of());
        xml.element(EntityToXml.element(model.passwords().hidden(entity), company));
        xml.close(entity.type().collection());
        xml.close("Entities");
        writer.write('\n');
        writer.flush();
    }

    private static Writer writer(OutputStream out) {
        return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    /** A name that every file system takes. */
    static String fileName(String name) {
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
        String first = encoded.substring(0, encoded.indexOf('.') < 0 ? encoded.length() : encoded.indexOf('.'));
        if (DEVICE.matcher(first).matches()) {
            encoded = "%" + Integer.toHexString(encoded.charAt(0)) + encoded.substring(1);
        }
        // The document says which entity it is.
        return encoded.length() <= LONGEST_FILE_NAME
                ? encoded
                : encoded.substring(0, LONGEST_FILE_NAME)
                        + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    /** The entities that an export is about, kind by kind. */
    private interface Selected {
        List<EntityType> types();

        void each(EntityType type, Taking taking) throws IOException;
    }

    private Selected selected(ExportSelection selection) throws IOException {
        Selected asked = new Selected() {
            @Override
            public List<EntityType> types() {
                return selection.types();
            }

            @Override
            public void each(EntityType type, Taking taking) throws IOException {
                Exporter.this.each(type, selection, taking);
            }
        };
        return selection.withNeeded() ? withNeeded(asked) : asked;
    }

    /** Names alone are remembered: there may be many entities, and each is read again when it is written. */
    private Selected withNeeded(Selected asked) throws IOException {
        Map<EntityType, Set<String>> names = new EnumMap<>(EntityType.class);
        Deque<EntityRef> toRead = new ArrayDeque<>();
        for (EntityType type : asked.types()) {
            asked.each(type, entity -> {
                names.computeIfAbsent(type, none -> new TreeSet<>()).add(entity.name());
                toRead.addAll(entity.needs());
            });
        }
        while (!toRead.isEmpty()) {
            EntityRef ref = toRead.remove();
            if (names.computeIfAbsent(ref.type(), none -> new TreeSet<>()).add(ref.name())) {
                one(ref, entity -> toRead.addAll(entity.needs()));
            }
        }
        return new Selected() {
            @Override
            public List<EntityType> types() {
                return List.copyOf(names.keySet());
            }

            @Override
            public void each(EntityType type, Taking taking) throws IOException {
                for (String name : names.get(type)) {
                    one(new EntityRef(type, name), taking);
                }
            }
        };
    }

    /** Nothing is taken where it is not there, or came with the platform. */
    private void one(EntityRef ref, Taking taking) throws IOException {
        try {
            Optional<Entity> one = model.find(ref);
            if (one.isPresent() && !one.get().isSystemObject()) {
                taking.take(one.get());
            }
        } catch (ModelException e) {
            throw unreadable(e);
        }
    }

    private void each(EntityType type, ExportSelection selection, Taking taking) throws IOException {
        if (selection.name().isPresent()) {
            one(new EntityRef(type, selection.name().get()), taking);
            return;
        }
        try {
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
            throw unreadable(e);
        }
    }

    private static IOException unreadable(ModelException e) {
        return new IOException("the model cannot be read: " + e.getMessage(), e);
    }

    private EntityToXml.Company company(Entity entity) throws IOException, ModelException {
        return new EntityToXml.Company(
                values(entity), security.authority().permissions(entity.ref()), fellowship(entity.ref()));
    }

    private Fellowship fellowship(EntityRef ref) throws ModelException {
        List<Fellowship.Member> members = new ArrayList<>();
        List<Unit> units = List.of();
        if (ref.type() == EntityType.GROUP || ref.type() == EntityType.ORGANIZATION) {
            addMembers(ref, "", members);
        }
        if (ref.type() == EntityType.ORGANIZATION) {
            units = security.organizations().tree(ref.name()).below("", Integer.MAX_VALUE);
            for (Unit unit : units) {
                addMembers(ref, unit.name(), members);
            }
        }
        return new Fellowship(units, members, Optional.empty());
    }

    private void addMembers(EntityRef owner, String unit, List<Fellowship.Member> into) throws ModelException {
        for (Party member : security.memberships().members(owner, unit)) {
            EntityType type = EntityType.ofCollection(member.collection()).orElseThrow();
            into.add(new Fellowship.Member(unit, new EntityRef(type, member.name())));
        }
    }

    /** Values that were set and are kept in the database; none that is a password, or has one in it, is in any document. */
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
                    .get(LONGEST_READING_SECONDS, TimeUnit.SECONDS)
                    .stream()
                    .filter(update -> Passwords.hidden(update.value()).equals(update.value()))
                    .toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while values were read", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the values of " + entity.name() + " cannot be read", e);
        }
    }
}
