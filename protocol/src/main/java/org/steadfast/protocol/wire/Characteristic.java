package org.steadfast.protocol.wire;

import java.util.Optional;

/** What of an entity a request addresses (device protocol, section 4). */
public enum Characteristic {
    PROPERTIES(1),
    SERVICES(2),
    EVENTS(3);

    private final int code;

    Characteristic(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    static Optional<Characteristic> ofCode(int code) {
        for (Characteristic characteristic : values()) {
            if (characteristic.code == code) {
                return Optional.of(characteristic);
            }
        }
        return Optional.empty();
    }
}
