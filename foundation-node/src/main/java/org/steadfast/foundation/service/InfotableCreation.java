package org.steadfast.foundation.service;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.security.AuthorizedModel;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Makes infotables without rows. */
final class InfotableCreation {
    private final Model model;
    private final AuthorizedModel entities;

    InfotableCreation(Model model, AuthorizedModel entities) {
        this.model = model;
        this.entities = entities;
    }

    List<BuiltInService> services() {
        return List.of(
                BuiltInService.reading(
                        "CreateInfoTable(infotableName:STRING) -> result:INFOTABLE", request -> empty(List.of())),
                BuiltInService.reading(
                        "CreateInfoTableFromDataShape(infoTableName:STRING, dataShapeName:DATASHAPENAME*) ->"
                                + " result:INFOTABLE",
                        request -> {
                            EntityRef shape = new EntityRef(EntityType.DATA_SHAPE, request.text("dataShapeName"));
                            if (!entities.isVisible(request.principal(), shape)) {
                                throw ModelException.notFound(shape);
                            }
                            return empty(
                                    model.dataShape(shape.name()).orElseThrow(() -> ModelException.notFound(shape)));
                        }));
    }

    private static CompletionStage<ServiceResult> empty(List<FieldDefinition> fields) {
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(new Infotable(fields, List.of()))));
    }
}
