package org.steadfast.foundation.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/**
 * Which property of the device a property of a thing stands for. A binding is part of the property's aspects: where the property is
 * inherited, the one that is bound becomes a property of the entity's own.
 */
final class RemoteBindingServices {
    private static final String REMOTE = "remote";
    private static final String SOURCE_NAME = "remotePropertyName";
    /** What a binding says of times and of pushes, with the base types that its services take. */
    private static final List<FieldDefinition> SETTINGS = List.of(
            new FieldDefinition("timeout", BaseType.INTEGER),
            new FieldDefinition("pushType", BaseType.STRING),
            new FieldDefinition("pushThreshold", BaseType.NUMBER),
            new FieldDefinition("cacheTime", BaseType.INTEGER),
            new FieldDefinition("foldType", BaseType.STRING));

    private static final Set<String> OF_BINDING =
            Set.of(REMOTE, SOURCE_NAME, "timeout", "pushType", "pushThreshold", "cacheTime", "foldType");

    private final PropertyAspects properties;

    RemoteBindingServices(PropertyAspects properties) {
        this.properties = properties;
    }

    List<BuiltInService> services(EntityType type) {
        return List.of(
                BuiltInService.reading(
                        "GetRemotePropertyBinding(propertyName:STRING*) -> result:INFOTABLE",
                        request -> show(type, request)),
                BuiltInService.defining(
                        "SetRemotePropertyBinding(propertyName:STRING*, sourcePropertyName:STRING, timeout:INTEGER,"
                                + " pushType:STRING, pushThreshold:NUMBER, cacheTime:INTEGER,"
                                + " foldType:STRING) -> result:NOTHING",
                        request -> bind(type, request)),
                BuiltInService.defining(
                        "RemoveRemotePropertyBinding(propertyName:STRING*) -> result:NOTHING",
                        request -> unbind(type, request)));
    }

    /** One row; none where the property is bound to nothing. */
    private CompletionStage<ServiceResult> show(EntityType type, ServiceRequest request) throws Exception {
        FieldDefinition property =
                properties.require(new EntityRef(type, request.entity()), request.text("propertyName"));
        List<FieldDefinition> fields = new ArrayList<>(List.of(
                new FieldDefinition("propertyName", BaseType.STRING),
                new FieldDefinition("sourcePropertyName", BaseType.STRING)));
        fields.addAll(SETTINGS);
        List<List<Value>> rows = List.of();
        if (isRemote(property)) {
            List<Value> row = new ArrayList<>(List.of(
                    Value.string(property.name()),
                    property.aspects().getOrDefault(SOURCE_NAME, Value.string(property.name()))));
            SETTINGS.forEach(setting -> row.add(property.aspects().getOrDefault(setting.name(), Value.NOTHING)));
            rows = List.of(row);
        }
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(new Infotable(fields, rows))));
    }

    private static boolean isRemote(FieldDefinition property) {
        return property.aspects().get(REMOTE) instanceof Value.Bool remote && remote.truth();
    }

    private CompletionStage<ServiceResult> bind(EntityType type, ServiceRequest request) throws Exception {
        String name = request.text("propertyName");
        Map<String, Value> binding = new LinkedHashMap<>();
        binding.put(REMOTE, new Value.Bool(true));
        binding.put(SOURCE_NAME, Value.string(request.text("sourcePropertyName", name)));
        for (FieldDefinition setting : SETTINGS) {
            request.value(setting.name(), setting.baseType()).ifPresent(value -> binding.put(setting.name(), value));
        }
        return put(type, request, name, binding);
    }

    private CompletionStage<ServiceResult> unbind(EntityType type, ServiceRequest request) throws Exception {
        String name = request.text("propertyName");
        boolean isBound = isRemote(properties.require(new EntityRef(type, request.entity()), name));
        return isBound ? put(type, request, name, Map.of()) : CompletableFuture.completedFuture(ServiceResult.NOTHING);
    }

    /** Gives a property a binding in the place of the one before it. */
    private CompletionStage<ServiceResult> put(
            EntityType type, ServiceRequest request, String name, Map<String, Value> binding) throws ModelException {
        return properties.change(new EntityRef(type, request.entity()), name, aspects -> {
            aspects.keySet().removeAll(OF_BINDING);
            aspects.putAll(binding);
        });
    }
}
