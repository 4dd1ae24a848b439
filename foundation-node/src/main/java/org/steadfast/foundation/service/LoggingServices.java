package org.steadfast.foundation.service;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Members;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/** Which properties of a thing are logged, and in what units they are. */
final class LoggingServices {
    private static final Set<BaseType> NUMBERS = Set.of(BaseType.NUMBER, BaseType.INTEGER, BaseType.LONG);

    private final Model model;
    private final PropertyAspects properties;

    LoggingServices(Model model, PropertyAspects properties) {
        this.model = model;
        this.properties = properties;
    }

    List<BuiltInService> services() {
        return List.of(
                BuiltInService.reading("GetLoggedProperties(type:BASETYPENAME) -> result:INFOTABLE", request -> {
                    String type = request.text("type", "");
                    return list(
                            request,
                            property ->
                                    type.isEmpty() || property.baseType().name().equals(type));
                }),
                BuiltInService.reading(
                        "GetNumericLoggedProperties() -> result:INFOTABLE",
                        request -> list(request, property -> NUMBERS.contains(property.baseType()))),
                BuiltInService.reading(
                        "GetPropertyLogging(propertyName:STRING*) -> result:BOOLEAN",
                        request -> done(Members.isLogged(property(request)))),
                BuiltInService.reading(
                        "GetEffectivePropertyLogging(propertyName:STRING*) -> result:BOOLEAN",
                        request -> done(thing(request).logs(property(request).name()))),
                BuiltInService.defining(
                        "SetPropertyLogging(propertyName:STRING*, enabled:BOOLEAN*) -> result:NOTHING",
                        this::setLogged),
                BuiltInService.defining(
                        "SetUnitsForNumericPropertyDefinition(propertyName:STRING*, units:STRING) -> result:NOTHING",
                        this::setUnits));
    }

    private Thing thing(ServiceRequest request) throws ModelException {
        return model.things().require(request.entity());
    }

    private static EntityRef ref(ServiceRequest request) {
        return new EntityRef(EntityType.THING, request.entity());
    }

    private FieldDefinition property(ServiceRequest request) throws ModelException, ServiceException {
        return properties.require(ref(request), request.text("propertyName"));
    }

    private static CompletionStage<ServiceResult> done(boolean truth) {
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Bool(truth)));
    }

    private CompletionStage<ServiceResult> list(ServiceRequest request, Predicate<FieldDefinition> wanted)
            throws ModelException {
        return CompletableFuture.completedFuture(
                ServiceResult.of(new Value.Table(FieldTable.of(thing(request).properties().values().stream()
                        .filter(Members::isLogged)
                        .filter(wanted)
                        .toList()))));
    }

    private CompletionStage<ServiceResult> setLogged(ServiceRequest request) throws Exception {
        Value enabled = request.value("enabled", BaseType.BOOLEAN)
                .orElseThrow(() -> request.invalid("enabled", "must be given"));
        return properties.change(
                ref(request), request.text("propertyName"), aspects -> aspects.put("isLogged", enabled));
    }

    private CompletionStage<ServiceResult> setUnits(ServiceRequest request) throws Exception {
        FieldDefinition property = property(request);
        if (!NUMBERS.contains(property.baseType())) {
            throw request.invalid(
                    "propertyName",
                    "the property " + property.name() + " is a " + property.baseType() + "; only numbers have units");
        }
        String units = request.text("units", "");
        return properties.change(ref(request), property.name(), aspects -> {
            if (units.isEmpty()) {
                aspects.remove("units");
            } else {
                aspects.put("units", Value.string(units));
            }
        });
    }
}
