package org.steadfast.foundation.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.steadfast.foundation.schedule.MisfirePolicy;
import org.steadfast.foundation.schedule.OverlapPolicy;
import org.steadfast.foundation.schedule.ScheduleKind;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/** The entities that every installation has and nobody can change. Their numbers are below 0. */
public final class BuiltIns {
    /** The template of things that live on the platform alone. */
    public static final String GENERIC_THING = "GenericThing";
    /** The template of things that a device speaks for. */
    public static final String REMOTE_THING = "RemoteThing";
    /** The shape of things that bring other things with them when they are bound. */
    public static final String GATEWAY = "Gateway";
    /** The template of things that hold rows by their keys. */
    public static final String DATA_TABLE = "DataTable";
    /** The template of things that hold entries by their time. */
    public static final String STREAM = "Stream";
    /** The template of things that keep what logged properties of other things were. */
    public static final String VALUE_STREAM = "ValueStream";

    /** The template of things that have files. */
    public static final String FILE_REPOSITORY = "FileRepository";

    /** The table of a repository's configuration. */
    public static final String REPOSITORY_TABLE = "FileRepositoryConfiguration";

    /** Its field with the name of the storage location in which the files are; empty for ThingworxStorage. */
    public static final String REPOSITORY_LOCATION = "storageLocation";

    /** The event of both ends of a copy of a file that has ended. */
    public static final String FILE_TRANSFER_EVENT = "FileTransfer";

    /** What is told of a copy of a file; the fields that devices know (device protocol, section 10), and how much has arrived. */
    public static final List<FieldDefinition> FILE_TRANSFER_JOB = List.of(
            new FieldDefinition("transferId", BaseType.STRING),
            new FieldDefinition("state", BaseType.STRING),
            new FieldDefinition("isComplete", BaseType.BOOLEAN),
            new FieldDefinition("message", BaseType.STRING),
            new FieldDefinition("sourceRepository", BaseType.STRING),
            new FieldDefinition("sourcePath", BaseType.STRING),
            new FieldDefinition("sourceFile", BaseType.STRING),
            new FieldDefinition("sourceChecksum", BaseType.STRING),
            new FieldDefinition("targetRepository", BaseType.STRING),
            new FieldDefinition("targetPath", BaseType.STRING),
            new FieldDefinition("targetFile", BaseType.STRING),
            new FieldDefinition("targetChecksum", BaseType.STRING),
            new FieldDefinition("size", BaseType.NUMBER),
            new FieldDefinition("transferred", BaseType.NUMBER),
            new FieldDefinition("startTime", BaseType.DATETIME),
            new FieldDefinition("endTime", BaseType.DATETIME),
            new FieldDefinition("duration", BaseType.INTEGER),
            new FieldDefinition("user", BaseType.STRING));

    /** The group whose members may do everything. */
    public static final String ADMINISTRATORS = "Administrators";
    /** The group of all users. */
    public static final String USERS = "Users";
    /** The user that there is from the beginning, and the name of its first application key. */
    public static final String ADMINISTRATOR = "Administrator";

    /** What is told of users besides what all entities have; of no meaning to the platform. */
    public static final String USER_EXTENSIONS = "UserExtensions";

    private static final Map<EntityRef, Entity> ALL = new LinkedHashMap<>();
    /** What all users have; no entity that anybody sees. */
    static final Entity USER_BASE = userBase();

    static {
        shape(GATEWAY, "Brings the things behind it");
        template(GENERIC_THING, "", "A thing that lives on the platform alone");
        template(REMOTE_THING, GENERIC_THING, "A thing that a device speaks for");
        transferring("RemoteThingWithFileTransfer", REMOTE_THING, "A thing whose device sends and takes files");
        template("RemoteThingWithTunnels", REMOTE_THING, "A thing whose device opens tunnels");
        transferring(
                "RemoteThingWithTunnelsAndFileTransfer",
                REMOTE_THING,
                "A thing whose device sends and takes files and opens tunnels");
        for (String gateway : List.of("SDKGateway", "EMSGateway", "BrowserGateway")) {
            template(gateway, REMOTE_THING, "A device that brings the things behind it");
            Entity entity = ALL.get(new EntityRef(EntityType.THING_TEMPLATE, gateway));
            put(entity.change().shapes(List.of(GATEWAY)).build());
        }
        template(DATA_TABLE, GENERIC_THING, "A table of rows, each with a key");
        template(STREAM, GENERIC_THING, "Entries in the order of their time");
        template(VALUE_STREAM, GENERIC_THING, "Keeps what logged properties of things were");
        repository();
        schedules();
        principals();
        dataShape("DataChangeEvent", Map.of("oldValue", BaseType.VARIANT, "newValue", BaseType.VARIANT));
        dataShape("ThingStartEvent", Map.of());
        dataShape("TimerEvent", Map.of("timestamp", BaseType.DATETIME));
        Map<String, FieldDefinition> ofTransfers = new LinkedHashMap<>();
        FILE_TRANSFER_JOB.forEach(field -> ofTransfers.put(field.name(), field));
        put(blank(EntityType.DATA_SHAPE, "FileTransferJob")
                .change()
                .fields(ofTransfers)
                .build());
        dataShape("GenericStringList", Map.of("item", BaseType.STRING));
        dataShape("EntityList", Map.of("name", BaseType.STRING, "description", BaseType.STRING));
        dataShape("EntityDescriptor", Map.of("name", BaseType.STRING, "type", BaseType.STRING));
        dataShape("ValueStreamSettings", Map.of("retentionDays", BaseType.INTEGER));
        dataShape("NumberValueStream", Map.of("value", BaseType.NUMBER, "timestamp", BaseType.DATETIME));
        dataShape(REPOSITORY_TABLE, Map.of(REPOSITORY_LOCATION, BaseType.STRING));
        Map<String, FieldDefinition> ofUsers = new LinkedHashMap<>();
        ofUsers.put(
                "name", new FieldDefinition("name", "", BaseType.STRING, Map.of("isPrimaryKey", new Value.Bool(true))));
        ofUsers.put("value", new FieldDefinition("value", BaseType.STRING));
        put(blank(EntityType.DATA_SHAPE, USER_EXTENSIONS)
                .change()
                .fields(ofUsers)
                .build());
    }

    private static Entity userBase() {
        ObjectNode other = EntityJson.nothingElse();
        ObjectNode table = other.putObject(Configuration.TABLES).putObject(USER_EXTENSIONS);
        table.put("name", USER_EXTENSIONS)
                .put("description", "Whatever else is to be known of the user")
                .put("category", "")
                .put("dataShapeName", USER_EXTENSIONS)
                .put("isMultiRow", true)
                .put("isHidden", false)
                .putArray("rows");
        return blank(EntityType.USER, "").change().other(other).build();
    }

    /** A template of things that files are copied from and to. */
    private static void transferring(String name, String base, String description) {
        template(name, base, description);
        Entity entity = ALL.get(new EntityRef(EntityType.THING_TEMPLATE, name));
        EventDefinition event =
                new EventDefinition(FILE_TRANSFER_EVENT, "A copy has ended", "", "FileTransferJob", Map.of());
        put(entity.change()
                .members(Members.NONE.withEvents(Map.of(event.name(), event)))
                .build());
    }

    private static void repository() {
        transferring(FILE_REPOSITORY, GENERIC_THING, "Files and folders that all nodes share");
        ObjectNode other = EntityJson.nothingElse();
        table(other, REPOSITORY_TABLE, "Where its files are", REPOSITORY_TABLE).put(REPOSITORY_LOCATION, "");
        put(ALL.get(new EntityRef(EntityType.THING_TEMPLATE, FILE_REPOSITORY))
                .change()
                .other(other)
                .build());
    }

    /** A table of one row, which is given back to be filled. */
    private static ObjectNode table(ObjectNode other, String name, String description, String dataShape) {
        ObjectNode table = other.putObject(Configuration.TABLES).putObject(name);
        table.put("name", name)
                .put("description", description)
                .put("category", "")
                .put("dataShapeName", dataShape)
                .put("isMultiRow", false)
                .put("isHidden", false);
        return table.putArray("rows").addObject();
    }

    private static void schedules() {
        schedule(
                ScheduleKind.TIMER,
                "Fires again and again",
                Map.of("updateRate", BaseType.INTEGER),
                row -> row.put("updateRate", 60_000));
        schedule(
                ScheduleKind.SCHEDULER,
                "Fires at times of the calendar",
                Map.of("schedule", BaseType.SCHEDULE, "timeZone", BaseType.STRING),
                row -> row.put("schedule", "0 0/1 * * * ?").put("timeZone", "UTC"));
    }

    private static void schedule(
            ScheduleKind kind, String description, Map<String, BaseType> when, Consumer<ObjectNode> byDefault) {
        Map<String, BaseType> fields = new LinkedHashMap<>(when);
        fields.put("enabled", BaseType.BOOLEAN);
        fields.put("runAsUser", BaseType.USERNAME);
        fields.put("misfirePolicy", BaseType.STRING);
        fields.put("mostMissedFires", BaseType.INTEGER);
        fields.put("overlapPolicy", BaseType.STRING);
        dataShape(kind.dataShape(), fields);
        ObjectNode other = EntityJson.nothingElse();
        ObjectNode row = table(other, ScheduleKind.TABLE, "When it fires", kind.dataShape());
        row.put("enabled", true)
                .put("misfirePolicy", MisfirePolicy.FIRE_ONCE.title())
                .put("mostMissedFires", 100)
                .put("overlapPolicy", OverlapPolicy.QUEUE_ONE.title());
        byDefault.accept(row);
        EventDefinition event = new EventDefinition(kind.event(), "It is time", "", "TimerEvent", Map.of());
        put(blank(EntityType.THING_TEMPLATE, kind.template())
                .change()
                .parent(GENERIC_THING)
                .description(description)
                .members(Members.NONE.withEvents(Map.of(event.name(), event)))
                .other(other)
                .build());
    }

    private static void principals() {
        document(EntityType.USER, ADMINISTRATOR, "May do everything");
        document(EntityType.USER, "System", "The platform itself; nobody can be it");
        document(EntityType.GROUP, ADMINISTRATORS, "May do everything");
        document(EntityType.GROUP, "Developers", "Those who build applications");
        document(EntityType.GROUP, USERS, "All users");
        document(EntityType.ORGANIZATION, "Everyone", "All users");
        document(EntityType.APPLICATION_KEY, ADMINISTRATOR, "The first way in, from the settings");
    }

    private static void document(EntityType type, String name, String description) {
        put(blank(type, name).change().description(description).build());
    }

    private BuiltIns() {}

    public static Optional<Entity> find(EntityRef ref) {
        return Optional.ofNullable(ALL.get(ref));
    }

    /** All of a kind, in the order of their names. */
    public static List<Entity> all(EntityType type) {
        List<Entity> found = new ArrayList<>();
        ALL.values().stream().filter(entity -> entity.type() == type).forEach(found::add);
        found.sort((a, b) -> a.name().compareTo(b.name()));
        return found;
    }

    private static void template(String name, String base, String description) {
        put(blank(EntityType.THING_TEMPLATE, name)
                .change()
                .parent(base)
                .description(description)
                .build());
    }

    private static void shape(String name, String description) {
        put(blank(EntityType.THING_SHAPE, name)
                .change()
                .description(description)
                .build());
    }

    private static void dataShape(String name, Map<String, BaseType> types) {
        Map<String, FieldDefinition> fields = new LinkedHashMap<>();
        types.keySet().stream()
                .sorted()
                .forEach(field -> fields.put(field, new FieldDefinition(field, types.get(field))));
        put(blank(EntityType.DATA_SHAPE, name).change().fields(fields).build());
    }

    private static void put(Entity entity) {
        ALL.put(entity.ref(), entity);
    }

    private static Entity blank(EntityType type, String name) {
        return new Entity(
                -1 - ALL.size(),
                new EntityRef(type, name),
                1,
                0,
                "",
                "",
                List.of(),
                Optional.empty(),
                true,
                "",
                List.of(),
                Members.NONE,
                Map.of(),
                EntityJson.nothingElse());
    }
}
