package org.steadfast.protocol.wire;

import java.util.Objects;

/** What a request addresses: {@code Things/Pump7, PROPERTIES, pressure}. */
public record Target(EntityType entityType, String entityName, Characteristic characteristic, String name) {

    public Target {
        Objects.requireNonNull(entityType, "entityType is null");
        Objects.requireNonNull(entityName, "entityName is null");
        Objects.requireNonNull(characteristic, "characteristic is null");
        Objects.requireNonNull(name, "name is null");
    }

    /** A property of a thing. */
    public static Target property(String thing, String property) {
        return new Target(EntityType.THINGS, thing, Characteristic.PROPERTIES, property);
    }

    /** A service of a thing. */
    public static Target service(String thing, String service) {
        return new Target(EntityType.THINGS, thing, Characteristic.SERVICES, service);
    }

    /** True where this is the named service. */
    public boolean isService(String serviceName) {
        return characteristic == Characteristic.SERVICES && name.equals(serviceName);
    }

    void write(WireWriter out) {
        out.writeByte(entityType.code())
                .writeString(entityName)
                .writeByte(characteristic.code())
                .writeString(name);
    }

    static Target read(WireReader in) throws CodecException {
        byte entityCode = in.readByte("entity type");
        EntityType entityType = EntityType.ofCode(entityCode)
                .orElseThrow(() -> new CodecException("unknown entity type code " + entityCode));
        String entityName = in.readString("entity name");
        int characteristicCode = in.readUnsignedByte("characteristic type");
        Characteristic characteristic = Characteristic.ofCode(characteristicCode)
                .orElseThrow(() -> new CodecException("unknown characteristic type code " + characteristicCode));
        return new Target(entityType, entityName, characteristic, in.readString("characteristic name"));
    }
}
