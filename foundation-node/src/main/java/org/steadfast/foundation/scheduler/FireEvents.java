package org.steadfast.foundation.scheduler;

import java.util.List;
import org.steadfast.persistence.store.FiredEvent;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.ValueCodec;
import org.steadfast.protocol.wire.WireWriter;

/** The events that fires are. Stateless. */
final class FireEvents {
    private static final FieldDefinition TIMESTAMP = new FieldDefinition("timestamp", BaseType.DATETIME);

    private FireEvents() {}

    /** @param time the fire time, epoch milliseconds */
    static FiredEvent of(Schedule schedule, long time) {
        WireWriter data = new WireWriter();
        ValueCodec.writeInfotable(data, new Infotable(List.of(TIMESTAMP), List.of(List.of(new Value.Datetime(time)))));
        return new FiredEvent(
                schedule.thingId(), schedule.name(), schedule.kind().event(), "", time, data.toByteArray());
    }
}
