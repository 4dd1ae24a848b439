package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.steadfast.foundation.exchange.ExtensionPackages;
import org.steadfast.persistence.store.ExtensionPackage;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Installed packages of entities: listed, shown and deleted. */
final class ExtensionPackageServices {
    private static final List<String> SAID =
            List.of("vendor", "description", "minimumThingWorxVersion", "groupId", "artifactId", "buildNumber");

    private final ExtensionPackages packages;

    ExtensionPackageServices(ExtensionPackages packages) {
        this.packages = packages;
    }

    List<BuiltInService> services() {
        return Stream.of(
                        BuiltInService.reading(
                                "GetExtensionPackageList() -> result:INFOTABLE", request -> table(packages.list())),
                        BuiltInService.reading("GetExtensionsInUse() -> result:INFOTABLE", request -> inUse()),
                        BuiltInService.reading(
                                "GetExtensionPackageDetails(packageName:STRING*) -> result:JSON", this::details),
                        BuiltInService.changing(
                                "DeleteExtensionPackage(packageName:STRING*) -> result:NOTHING", this::delete))
                .map(service -> service.needing(BuiltInService.Need.ADMINISTRATE))
                .toList();
    }

    /** Those that could not be deleted now. */
    private CompletionStage<ServiceResult> inUse() throws Exception {
        List<ExtensionPackage> used = new ArrayList<>();
        for (ExtensionPackage each : packages.list()) {
            if (packages.isInUse(each)) {
                used.add(each);
            }
        }
        return table(used);
    }

    private static CompletionStage<ServiceResult> table(List<ExtensionPackage> listed) {
        List<FieldDefinition> fields = Stream.concat(Stream.of("name", "packageVersion"), SAID.stream())
                .map(name -> new FieldDefinition(name, BaseType.STRING))
                .toList();
        List<List<Value>> rows = new ArrayList<>();
        for (ExtensionPackage each : listed) {
            List<Value> row = new ArrayList<>(List.of(Value.string(each.name()), Value.string(each.version())));
            SAID.forEach(attribute -> row.add(Value.string(ExtensionPackages.said(each, attribute))));
            rows.add(row);
        }
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(new Infotable(fields, rows))));
    }

    private CompletionStage<ServiceResult> details(ServiceRequest request) throws Exception {
        String name = request.text("packageName");
        ExtensionPackage found = packages.find(name)
                .orElseThrow(() -> new ServiceException(
                        ServiceException.Kind.NOT_FOUND, "Extension package [" + name + "] does not exist"));
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.put("name", found.name());
        details.put("packageVersion", found.version());
        SAID.forEach(attribute -> details.put(attribute, ExtensionPackages.said(found, attribute)));
        details.put("dateInstalled", found.installed());
        ArrayNode entities = details.putArray("entities");
        found.entities()
                .forEach(entity -> entities.addObject()
                        .put("collection", entity.collection())
                        .put("name", entity.name()));
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Json(BaseType.JSON, details)));
    }

    private CompletionStage<ServiceResult> delete(ServiceRequest request) throws Exception {
        return packages.delete(request.text("packageName"))
                .thenApply(seen -> new ServiceResult(Value.NOTHING, OptionalLong.empty(), seen));
    }
}
