package org.steadfast.foundation.event;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.transfer.TransferJob;
import org.steadfast.foundation.transfer.TransferListener;

/** Fires the event {@code FileTransfer} of both ends of a copy that has ended. Safe for use by several threads. */
public final class TransferEvents implements TransferListener {
    private static final Logger log = LoggerFactory.getLogger(TransferEvents.class);

    private final Model model;
    private final EventSink sink;

    public TransferEvents(Model model, EventSink sink) {
        this.model = model;
        this.sink = sink;
    }

    @Override
    public void ended(TransferJob job) {
        fire(job, job.source().repository());
        if (!job.target().repository().equals(job.source().repository())) {
            fire(job, job.target().repository());
        }
    }

    private void fire(TransferJob job, String name) {
        try {
            Thing thing = model.things().require(name);
            if (!thing.shape().members().events().containsKey(BuiltIns.FILE_TRANSFER_EVENT)) {
                return;
            }
            var unused = sink.fire(
                            thing,
                            BuiltIns.FILE_TRANSFER_EVENT,
                            TransferJob.table(List.of(job)),
                            job.endTime(),
                            new Principal(job.user(), false))
                    .whenComplete((taken, failure) -> {
                        if (failure != null) {
                            log.warn(
                                    "COPY_UNTOLD: the end of copy {} was not told to those who subscribe to {}",
                                    job.id(),
                                    name,
                                    failure);
                        }
                    });
        } catch (Exception e) {
            log.warn("COPY_UNTOLD: the end of copy {} was not told to those who subscribe to {}", job.id(), name, e);
        }
    }
}
