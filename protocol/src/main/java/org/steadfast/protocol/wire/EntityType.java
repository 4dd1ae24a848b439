package org.steadfast.protocol.wire;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kinds of entities that a request may address, with their signed codes (device protocol, section 4). */
public enum EntityType {
    THINGS(10),
    THING_SHAPES(11),
    THING_TEMPLATES(12),
    THING_PACKAGES(13),
    NETWORKS(14),
    DATA_SHAPES(15),
    MODEL_TAGS(20),
    DATA_TAGS(21),
    MASHUPS(30),
    WIDGETS(31),
    STYLE_DEFINITIONS(32),
    STATE_DEFINITIONS(33),
    MENUS(34),
    MEDIA_ENTITIES(35),
    LOCALIZATION_TABLES(36),
    DASHBOARDS(39),
    LOGS(40),
    USERS(50),
    GROUPS(51),
    ORGANIZATIONS(52),
    APPLICATION_KEYS(53),
    DIRECTORY_SERVICES(54),
    AUTHENTICATORS(55),
    RESOURCES(60),
    SCRIPT_FUNCTION_LIBRARIES(61),
    EXTENSION_PACKAGES(70),
    SUBSYSTEMS(80),
    PERSISTENCE_PROVIDER_PACKAGES(90),
    PERSISTENCE_PROVIDERS(100),
    PROJECTS(110),
    DATA_ANALYSIS_DEFINITIONS(120),
    NOTIFICATION_DEFINITIONS(-126),
    NOTIFICATION_CONTENTS(-116);

    private static final EntityType[] BY_CODE = new EntityType[256];

    static {
        for (EntityType type : values()) {
            BY_CODE[type.code & 0xFF] = type;
        }
    }

    private final byte code;

    EntityType(int code) {
        this.code = (byte) code;
    }

    /** The collection that entities of this kind stand in, such as {@code ThingTemplates}. */
    public String collection() {
        return Arrays.stream(name().split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    public byte code() {
        return code;
    }

    static Optional<EntityType> ofCode(byte code) {
        return Optional.ofNullable(BY_CODE[code & 0xFF]);
    }
}
