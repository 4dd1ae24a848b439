package org.steadfast.foundation.service;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Names;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** The fields of data shapes, and tables that have them. */
final class DataShapeServices {
    private final Model model;

    DataShapeServices(Model model) {
        this.model = model;
    }

    List<BuiltInService> services() {
        return List.of(
                BuiltInService.reading("GetFieldDefinitions() -> result:INFOTABLE", this::list),
                BuiltInService.reading("CreateValues() -> result:INFOTABLE", this::empty),
                BuiltInService.defining(
                        "AddFieldDefinition(name:STRING*, description:STRING, baseType:BASETYPENAME*, aspects:JSON) ->"
                                + " result:NOTHING",
                        this::add),
                BuiltInService.defining("RemoveFieldDefinition(name:STRING*) -> result:NOTHING", this::remove));
    }

    private List<FieldDefinition> fields(ServiceRequest request) throws ModelException {
        return model.dataShape(request.entity())
                .orElseThrow(() -> ModelException.notFound(new EntityRef(EntityType.DATA_SHAPE, request.entity())));
    }

    private CompletionStage<ServiceResult> list(ServiceRequest request) throws ModelException {
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(FieldTable.of(fields(request)))));
    }

    private CompletionStage<ServiceResult> empty(ServiceRequest request) throws ModelException {
        return CompletableFuture.completedFuture(
                ServiceResult.of(new Value.Table(new Infotable(fields(request), List.of()))));
    }

    private CompletionStage<ServiceResult> add(ServiceRequest request) throws Exception {
        String name = Names.require(request.parameters(), "name");
        FieldDefinition field = EntityJson.readProperty(name, request.parameters());
        return ServiceResult.of(model.update(
                new EntityRef(EntityType.DATA_SHAPE, request.entity()), Optional.empty(), entity -> {
                    Map<String, FieldDefinition> fields = new LinkedHashMap<>(entity.fields());
                    if (fields.putIfAbsent(name, field) != null) {
                        throw new ModelException(
                                ModelException.Kind.ALREADY_EXISTS,
                                "field " + name + " already exists on " + entity.name());
                    }
                    return entity.change().fields(fields).build();
                }));
    }

    private CompletionStage<ServiceResult> remove(ServiceRequest request) throws Exception {
        String name = Names.require(request.parameters(), "name");
        return ServiceResult.of(model.update(
                new EntityRef(EntityType.DATA_SHAPE, request.entity()), Optional.empty(), entity -> {
                    Map<String, FieldDefinition> fields = new LinkedHashMap<>(entity.fields());
                    if (fields.remove(name) == null) {
                        throw new ModelException(
                                ModelException.Kind.NOT_FOUND,
                                "field [" + name + "] does not exist on " + entity.name());
                    }
                    return entity.change().fields(fields).build();
                }));
    }
}
