package org.steadfast.foundation.service;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.security.AuditLog;
import org.steadfast.persistence.store.AuditStore;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Shows the audit log to administrators. */
final class AuditServices {
    private static final int SHOWN_BY_DEFAULT = 500;
    private static final int MOST_SHOWN = 10_000;
    /** Of the time that databases can hold, as far as anybody will be there to ask for it. */
    private static final long LATEST = 253_402_300_799_000L;

    private final AuditLog audit;

    AuditServices(AuditLog audit) {
        this.audit = audit;
    }

    List<BuiltInService> services() {
        return List.of(BuiltInService.reading(
                        "QueryAuditHistory(startDate:DATETIME, endDate:DATETIME, user:STRING, maxItems:NUMBER) ->"
                                + " result:INFOTABLE",
                        this::query)
                .needing(BuiltInService.Need.ADMINISTRATE));
    }

    private CompletionStage<ServiceResult> query(ServiceRequest request) throws Exception {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("timestamp", BaseType.DATETIME),
                new FieldDefinition("user", BaseType.STRING),
                new FieldDefinition("address", BaseType.STRING),
                new FieldDefinition("action", BaseType.STRING),
                new FieldDefinition("collection", BaseType.STRING),
                new FieldDefinition("name", BaseType.STRING),
                new FieldDefinition("versionBefore", BaseType.LONG),
                new FieldDefinition("versionAfter", BaseType.LONG),
                new FieldDefinition("detail", BaseType.STRING));
        for (AuditStore.Entry entry : audit.query(
                time(request, "startDate", 0),
                time(request, "endDate", LATEST),
                request.text("user", ""),
                request.count("maxItems", SHOWN_BY_DEFAULT, MOST_SHOWN))) {
            rows.row(
                    new Value.Datetime(entry.at()),
                    Value.string(entry.user()),
                    Value.string(entry.address()),
                    Value.string(entry.action()),
                    Value.string(entry.collection()),
                    Value.string(entry.name()),
                    version(entry.before()),
                    version(entry.after()),
                    Value.string(entry.detail()));
        }
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(rows.build())));
    }

    private static long time(ServiceRequest request, String parameter, long otherwise) throws ServiceException {
        return Math.max(0, Math.min(request.time(parameter, otherwise), LATEST));
    }

    private static Value version(OptionalLong version) {
        return version.isPresent() ? new Value.Long(version.getAsLong()) : Value.NOTHING;
    }
}
