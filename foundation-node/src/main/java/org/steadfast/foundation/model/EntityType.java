package org.steadfast.foundation.model;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The kinds of entities that the model holds, each with the collection that it stands in and what one of them is called. */
public enum EntityType {
    THING("Things", "Thing", Content.MEMBERS),
    THING_TEMPLATE("ThingTemplates", "ThingTemplate", Content.MEMBERS),
    THING_SHAPE("ThingShapes", "ThingShape", Content.MEMBERS),
    DATA_SHAPE("DataShapes", "DataShape", Content.FIELDS),
    PROJECT("Projects", "Project", Content.DOCUMENT),
    NETWORK("Networks", "Network", Content.DOCUMENT),
    MODEL_TAG("ModelTags", "ModelTagVocabulary", Content.DOCUMENT),
    DATA_TAG("DataTags", "DataTagVocabulary", Content.DOCUMENT),
    MEDIA_ENTITY("MediaEntities", "MediaEntity", Content.DOCUMENT),
    MASHUP("Mashups", "Mashup", Content.DOCUMENT),
    MENU("Menus", "Menu", Content.DOCUMENT),
    STYLE_DEFINITION("StyleDefinitions", "StyleDefinition", Content.DOCUMENT),
    STYLE_THEME("StyleThemes", "StyleTheme", Content.DOCUMENT),
    STATE_DEFINITION("StateDefinitions", "StateDefinition", Content.DOCUMENT),
    DASHBOARD("Dashboards", "Dashboard", Content.DOCUMENT),
    LOCALIZATION_TABLE("LocalizationTables", "LocalizationTable", Content.DOCUMENT),
    THING_GROUP("ThingGroups", "ThingGroup", Content.DOCUMENT),
    NOTIFICATION_CONTENT("NotificationContents", "NotificationContent", Content.DOCUMENT),
    NOTIFICATION_DEFINITION("NotificationDefinitions", "NotificationDefinition", Content.DOCUMENT),
    USER("Users", "User", Content.DOCUMENT),
    GROUP("Groups", "Group", Content.DOCUMENT),
    ORGANIZATION("Organizations", "Organization", Content.DOCUMENT),
    APPLICATION_KEY("ApplicationKeys", "ApplicationKey", Content.DOCUMENT);

    /** What an entity holds besides what all have. */
    enum Content {
        /** Properties, services, events and subscriptions. */
        MEMBERS,
        /** Typed fields. */
        FIELDS,
        /** Whatever its author put there: kept and given back, not interpreted. */
        DOCUMENT
    }

    private static final Map<String, EntityType> BY_COLLECTION =
            Arrays.stream(values()).collect(Collectors.toMap(EntityType::collection, Function.identity()));
    private static final Map<String, EntityType> BY_SINGULAR =
            Arrays.stream(values()).collect(Collectors.toMap(EntityType::singular, Function.identity()));

    private final String collection;
    private final String singular;
    private final Content content;

    EntityType(String collection, String singular, Content content) {
        this.collection = collection;
        this.singular = singular;
        this.content = content;
    }

    /** The first part of its address, such as {@code Things}. */
    public String collection() {
        return collection;
    }

    /** What clients call one of them, such as {@code Thing}. */
    public String singular() {
        return singular;
    }

    /** Whether it has properties, services, events and subscriptions. */
    public boolean hasMembers() {
        return content == Content.MEMBERS;
    }

    /** Whether it can be switched off. */
    public boolean canBeDisabled() {
        return this == THING || this == USER || this == APPLICATION_KEY;
    }

    /** Whether it has typed fields. */
    public boolean hasFields() {
        return content == Content.FIELDS;
    }

    public static Optional<EntityType> ofCollection(String name) {
        return Optional.ofNullable(BY_COLLECTION.get(name));
    }

    public static Optional<EntityType> ofSingular(String name) {
        return Optional.ofNullable(BY_SINGULAR.get(name));
    }
}
