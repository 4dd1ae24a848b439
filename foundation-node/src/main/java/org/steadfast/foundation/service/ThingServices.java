package org.steadfast.foundation.service;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.remote.RemoteThings;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** What every thing does for its own life. */
final class ThingServices {
    private final Model model;
    private final RemoteThings devices;

    ThingServices(Model model, RemoteThings devices) {
        this.model = model;
        this.devices = devices;
    }

    List<BuiltInService> services() {
        return List.of(
                BuiltInService.defining("EnableThing() -> result:NOTHING", request -> enable(request, true)),
                BuiltInService.defining("DisableThing() -> result:NOTHING", request -> enable(request, false)),
                BuiltInService.changing("RestartThing() -> result:NOTHING", this::restart),
                BuiltInService.reading(
                        "IsEnabled() -> result:BOOLEAN",
                        request -> done(new Value.Bool(thing(request).enabled()))),
                BuiltInService.reading(
                        "GetIdentifier() -> result:STRING",
                        request -> done(Value.string(thing(request).identifier().orElse("")))),
                BuiltInService.defining("SetIdentifier(identifier:STRING) -> result:NOTHING", this::identify),
                BuiltInService.reading("GetThingTemplate() -> result:INFOTABLE", this::template),
                BuiltInService.reading(
                        "ImplementsShape(thingShapeName:THINGSHAPENAME*) -> result:BOOLEAN",
                        request -> done(new Value.Bool(thing(request)
                                .shape()
                                .lineage()
                                .contains(new EntityRef(EntityType.THING_SHAPE, request.text("thingShapeName")))))),
                BuiltInService.reading(
                        "IsDerivedFromTemplate(thingTemplateName:THINGTEMPLATENAME*) -> result:BOOLEAN",
                        request -> done(new Value.Bool(thing(request).isA(request.text("thingTemplateName"))))),
                BuiltInService.reading("GetRemoteMetadata() -> result:INFOTABLE", this::remoteMetadata));
    }

    private Thing thing(ServiceRequest request) throws ModelException {
        return model.things().require(request.entity());
    }

    private static CompletionStage<ServiceResult> done(Value value) {
        return CompletableFuture.completedFuture(ServiceResult.of(value));
    }

    private CompletionStage<ServiceResult> enable(ServiceRequest request, boolean enabled) throws ModelException {
        Thing thing = thing(request);
        if (thing.enabled() == enabled) {
            return CompletableFuture.completedFuture(ServiceResult.NOTHING);
        }
        return ServiceResult.of(model.update(
                new EntityRef(EntityType.THING, thing.name()),
                Optional.empty(),
                entity -> entity.change().enabled(enabled).build()));
    }

    private CompletionStage<ServiceResult> restart(ServiceRequest request) throws ModelException {
        model.restart(thing(request));
        return CompletableFuture.completedFuture(ServiceResult.NOTHING);
    }

    private CompletionStage<ServiceResult> identify(ServiceRequest request) throws Exception {
        String text = request.text("identifier", "");
        return ServiceResult.of(model.update(
                new EntityRef(EntityType.THING, thing(request).name()),
                Optional.empty(),
                entity -> entity.change()
                        .identifier(text.isEmpty() ? Optional.empty() : Optional.of(text))
                        .build()));
    }

    private CompletionStage<ServiceResult> template(ServiceRequest request) throws ModelException {
        Thing thing = thing(request);
        return done(new Value.Table(new Infotable.Builder(
                        new FieldDefinition("name", BaseType.STRING),
                        new FieldDefinition("thingTemplate", BaseType.THINGTEMPLATENAME))
                .row(
                        Value.string(thing.thingTemplate()),
                        new Value.Text(BaseType.THINGTEMPLATENAME, thing.thingTemplate()))
                .build()));
    }

    private CompletionStage<ServiceResult> remoteMetadata(ServiceRequest request) throws Exception {
        Thing thing = thing(request);
        if (!thing.isRemote()) {
            throw new ServiceException(
                    ServiceException.Kind.NOT_FOUND,
                    "Service [GetRemoteMetadata] Does Not Exist On Thing [" + thing.name() + "]");
        }
        return devices.invoke(thing, "GetMetadata", new Infotable(List.of(), List.of(List.of())))
                .thenApply(answer -> ServiceResult.of(
                        answer.map(content -> (Value) new Value.Table(content)).orElse(Value.NOTHING)));
    }
}
