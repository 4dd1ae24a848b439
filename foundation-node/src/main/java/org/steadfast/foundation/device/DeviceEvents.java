package org.steadfast.foundation.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.steadfast.foundation.event.EventDoor;
import org.steadfast.foundation.model.EventDefinition;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.service.ServiceException;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Status;

/** Events that devices tell of. */
final class DeviceEvents {
    private static final Infotable NOTHING = new Infotable(List.of(), List.of(List.of()));

    private final EventDoor events;

    DeviceEvents(EventDoor events) {
        this.events = events;
    }

    private record Fired(EventDefinition event, Infotable data, long time) {}

    /** One event, acknowledged when it is taken. */
    CompletableFuture<DeviceReply> fire(
            Principal principal, Thing thing, String event, Optional<Infotable> data, long receivedAt) {
        return fire(
                        principal,
                        thing,
                        event,
                        data.filter(sent -> !sent.rows().isEmpty()).orElse(NOTHING),
                        receivedAt)
                .thenApply(taken -> DeviceReply.success());
    }

    /**
     * Several events that the device kept while it was away: rows of eventName, eventTime and eventData. One that the thing does not
     * have fails the whole before any is taken.
     */
    CompletableFuture<DeviceReply> process(
            Principal principal, Thing thing, Optional<Infotable> parameters, long receivedAt) {
        Infotable rows = parameters.map(sent -> sent.first("values")).orElse(Value.NOTHING) instanceof Value.Table table
                ? table.infotable()
                : null;
        if (rows == null) {
            return DeviceRequests.failed(
                    Status.BAD_REQUEST, "parameter values: must be an infotable with one row for each event");
        }
        List<Fired> fired = new ArrayList<>();
        for (int row = 0; row < rows.rows().size(); row++) {
            if (!(rows.cell(row, "eventName") instanceof Value.Text name)) {
                return DeviceRequests.failed(
                        Status.BAD_REQUEST, "row " + row + " of values has no event name in the field eventName");
            }
            Infotable data = rows.cell(row, "eventData") instanceof Value.Table table
                            && !table.infotable().rows().isEmpty()
                    ? table.infotable()
                    : NOTHING;
            long time = rows.cell(row, "eventTime") instanceof Value.Datetime at ? at.epochMillis() : receivedAt;
            try {
                fired.add(new Fired(events.requireOfDevice(thing, name.text()), data, time));
            } catch (ServiceException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
        List<CompletableFuture<Void>> taken = fired.stream()
                .map(each -> fire(principal, thing, each.event().name(), each.data(), each.time()))
                .toList();
        return CompletableFuture.allOf(taken.toArray(CompletableFuture[]::new)).thenApply(all -> DeviceReply.success());
    }

    private CompletableFuture<Void> fire(Principal principal, Thing thing, String event, Infotable data, long time) {
        try {
            return events.fireByDevice(thing, event, data, time, principal).toCompletableFuture();
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The events that a device is to tell of: one row each, with what the device calls it. */
    static Infotable subscriptions(Thing thing) {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("edgeName", BaseType.STRING), new FieldDefinition("name", BaseType.STRING));
        for (EventDefinition event : thing.shape().members().events().values()) {
            if (!event.remoteName().isEmpty()) {
                rows.row(Value.string(event.remoteName()), Value.string(event.name()));
            }
        }
        return rows.build();
    }
}
