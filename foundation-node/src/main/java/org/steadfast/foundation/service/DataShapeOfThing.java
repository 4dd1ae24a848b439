package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Names;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** The services of data tables and streams that are about the data shape of their rows. */
final class DataShapeOfThing {
    private final Model model;

    DataShapeOfThing(Model model) {
        this.model = model;
    }

    List<BuiltInService> services() {
        return List.of(
                BuiltInService.reading(
                        "GetDataShape() -> result:DATASHAPENAME",
                        request -> done(new Value.Text(
                                BaseType.DATASHAPENAME,
                                model.things().require(request.entity()).shape().dataShape()))),
                BuiltInService.defining("SetDataShape(name:DATASHAPENAME*) -> result:NOTHING", this::set),
                BuiltInService.reading(
                        "CreateValues() -> result:INFOTABLE",
                        request -> done(new Value.Table(new Infotable(fields(request), List.of())))),
                BuiltInService.reading("CreateValuesWithData(values:JSON*) -> result:INFOTABLE", this::withData),
                BuiltInService.reading("GetFieldNames() -> result:INFOTABLE", request -> names(fields(request))),
                BuiltInService.reading("GetFieldNamesByType(type:BASETYPENAME*) -> result:INFOTABLE", request -> {
                    String type = request.text("type");
                    return names(fields(request).stream()
                            .filter(field -> field.baseType().name().equalsIgnoreCase(type))
                            .toList());
                }));
    }

    private List<FieldDefinition> fields(ServiceRequest request) throws ServiceException, ModelException {
        return ShapedThing.dataTable(model, request).fields();
    }

    private CompletionStage<ServiceResult> set(ServiceRequest request) throws Exception {
        String name = Names.require(request.parameters(), "name");
        return ServiceResult.of(
                model.update(new EntityRef(EntityType.THING, request.entity()), Optional.empty(), entity -> {
                    ObjectNode other = entity.other().deepCopy();
                    other.put("dataShape", name);
                    return entity.change().other(other).build();
                }));
    }

    private CompletionStage<ServiceResult> withData(ServiceRequest request) throws Exception {
        List<FieldDefinition> fields = fields(request);
        ObjectNode table = request.parameters().objectNode();
        table.putArray("rows").add(RowParameters.json(request, "values"));
        SentRow row = RowParameters.row(
                new ServiceRequest(
                        request.principal(),
                        request.entity(),
                        request.service(),
                        request.parameters().objectNode().set("values", table)),
                "values",
                fields);
        List<Value> cells = new ArrayList<>();
        fields.forEach(field -> cells.add(row.cell(field.name())));
        return done(new Value.Table(new Infotable(fields, List.of(cells))));
    }

    private static CompletionStage<ServiceResult> names(List<FieldDefinition> fields) {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("name", BaseType.STRING), new FieldDefinition("description", BaseType.STRING));
        fields.forEach(field -> rows.row(Value.string(field.name()), Value.string(field.description())));
        return done(new Value.Table(rows.build()));
    }

    private static CompletionStage<ServiceResult> done(Value value) {
        return CompletableFuture.completedFuture(ServiceResult.of(value));
    }
}
