package org.steadfast.simulator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.steadfast.protocol.wire.Body;

/** Names in BIND and UNBIND messages: as many as fit, since those two are never cut into chunks. Stateless. */
final class BindBodies {
    /** What stands around the names: header, gateway mark, count; and room for the longest length of a name. */
    private static final int FIXED_BYTES = 18;

    private static final int NAME_LENGTH_BYTES = 4;

    private BindBodies() {}

    static List<Body.Bind> of(Optional<Body.Bind.Gateway> gateway, List<String> names) {
        int fixed = FIXED_BYTES + gateway.map(BindBodies::bytes).orElse(0);
        List<Body.Bind> bodies = new ArrayList<>();
        List<String> part = new ArrayList<>();
        int bytes = fixed;
        for (String name : names) {
            int length = name.getBytes(StandardCharsets.UTF_8).length + NAME_LENGTH_BYTES;
            if (bytes + length > DeviceConnection.FRAME_LIMIT && !part.isEmpty()) {
                bodies.add(new Body.Bind(gateway, part));
                part = new ArrayList<>();
                bytes = fixed;
            }
            part.add(name);
            bytes += length;
        }
        bodies.add(new Body.Bind(gateway, part));
        return List.copyOf(bodies);
    }

    private static int bytes(Body.Bind.Gateway gateway) {
        return gateway.name().getBytes(StandardCharsets.UTF_8).length
                + gateway.type().getBytes(StandardCharsets.UTF_8).length
                + 2 * NAME_LENGTH_BYTES;
    }
}
