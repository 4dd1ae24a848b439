package org.steadfast.protocol.type;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The base types of the platform, each with the signed byte that stands for it in the device protocol and the form that its
 * values take. Codes are those of the device protocol, section 4.
 */
public enum BaseType {
    NOTHING(-1, Form.NOTHING),
    STRING(0, Form.TEXT),
    NUMBER(1, Form.NUMBER),
    BOOLEAN(2, Form.BOOLEAN),
    DATETIME(3, Form.DATETIME),
    TIMESPAN(4, Form.TIMESPAN),
    INFOTABLE(5, Form.INFOTABLE),
    LOCATION(6, Form.LOCATION),
    XML(7, Form.TEXT),
    JSON(8, Form.JSON),
    QUERY(9, Form.JSON),
    IMAGE(10, Form.BYTES),
    HYPERLINK(11, Form.TEXT),
    IMAGELINK(12, Form.TEXT),
    PASSWORD(13, Form.TEXT),
    HTML(14, Form.TEXT),
    TEXT(15, Form.TEXT),
    TAGS(16, Form.TEXT),
    SCHEDULE(17, Form.TEXT),
    VARIANT(18, Form.VARIANT),
    GUID(20, Form.TEXT),
    BLOB(21, Form.BYTES),
    INTEGER(22, Form.INTEGER),
    LONG(23, Form.LONG),
    PROPERTYNAME(50, Form.TEXT),
    SERVICENAME(51, Form.TEXT),
    EVENTNAME(52, Form.TEXT),
    THINGNAME(100, Form.TEXT),
    THINGSHAPENAME(101, Form.TEXT),
    THINGTEMPLATENAME(102, Form.TEXT),
    DATASHAPENAME(104, Form.TEXT),
    MASHUPNAME(105, Form.TEXT),
    MENUNAME(106, Form.TEXT),
    BASETYPENAME(107, Form.TEXT),
    USERNAME(108, Form.TEXT),
    GROUPNAME(109, Form.TEXT),
    CATEGORYNAME(110, Form.TEXT),
    STATEDEFINITIONNAME(111, Form.TEXT),
    STYLEDEFINITIONNAME(112, Form.TEXT),
    MODELTAGVOCABULARYNAME(113, Form.TEXT),
    DATATAGVOCABULARYNAME(114, Form.TEXT),
    NETWORKNAME(115, Form.TEXT),
    MEDIAENTITYNAME(116, Form.TEXT),
    APPLICATIONKEYNAME(117, Form.TEXT),
    LOCALIZATIONTABLENAME(118, Form.TEXT),
    ORGANIZATIONNAME(119, Form.TEXT),
    DASHBOARDNAME(120, Form.TEXT),
    PERSISTENCEPROVIDERPACKAGENAME(121, Form.TEXT),
    PERSISTENCEPROVIDERNAME(122, Form.TEXT),
    PROJECTNAME(123, Form.TEXT),
    VEC2(124, Form.VECTOR),
    VEC3(125, Form.VECTOR),
    VEC4(126, Form.VECTOR),
    THINGCODE(127, Form.THINGCODE),
    NOTIFICATIONCONTENTNAME(-128, Form.TEXT),
    NOTIFICATIONDEFINITIONNAME(-127, Form.TEXT);

    /** The shape of a base type's values: several base types share one. */
    public enum Form {
        NOTHING,
        TEXT,
        NUMBER,
        BOOLEAN,
        DATETIME,
        TIMESPAN,
        INFOTABLE,
        LOCATION,
        JSON,
        BYTES,
        VARIANT,
        INTEGER,
        LONG,
        VECTOR,
        THINGCODE
    }

    private static final BaseType[] BY_CODE = new BaseType[256];
    private static final Map<String, BaseType> BY_NAME = new HashMap<>();

    static {
        for (BaseType type : values()) {
            BY_CODE[type.code & 0xFF] = type;
            BY_NAME.put(type.name(), type);
        }
    }

    private final byte code;
    private final Form form;

    BaseType(int code, Form form) {
        this.code = (byte) code;
        this.form = form;
    }

    /** The byte that stands for this type in the device protocol. */
    public byte code() {
        return code;
    }

    /** The form of this type's values. */
    public Form form() {
        return form;
    }

    /** The type with this device protocol code, if there is one. */
    public static Optional<BaseType> ofCode(byte code) {
        return Optional.ofNullable(BY_CODE[code & 0xFF]);
    }

    /** The type with this name in any case, if there is one. */
    public static Optional<BaseType> ofName(String name) {
        return Optional.ofNullable(BY_NAME.get(name.toUpperCase(Locale.ROOT)));
    }
}
