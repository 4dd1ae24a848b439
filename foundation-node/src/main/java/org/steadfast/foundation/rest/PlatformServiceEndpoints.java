package org.steadfast.foundation.rest;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.steadfast.foundation.service.CatalogueEntry;
import org.steadfast.protocol.type.BaseType;

/**
 * The services that the platform does itself, each at an address of its own with what it takes and gives. They are invoked by the
 * route of all services. Stateless.
 */
final class PlatformServiceEndpoints {
    private PlatformServiceEndpoints() {}

    static Collection<Endpoint> of(List<CatalogueEntry> services) {
        Map<String, Endpoint> byAddress = new LinkedHashMap<>();
        for (CatalogueEntry service : services) {
            String address = service.collection() + "/" + service.entity().orElse("{entity}") + "/Services/"
                    + service.definition().name();
            // Things of several templates may have the same one.
            byAddress.putIfAbsent(address, Endpoint.of("POST", address, operation(service)));
        }
        return byAddress.values();
    }

    private static Operation operation(CatalogueEntry service) {
        BaseType result = service.definition().result().baseType();
        Operation operation = Operation.of(service.collection(), summary(service))
                .wholeQuery()
                .takingAtMost("application/json", Schemas.parameters(service.definition()));
        if (service.entity().isEmpty()) {
            operation = operation.path("entity", "Name of the entity");
        }
        if (result != BaseType.NOTHING) {
            operation = operation.giving("The result", Schemas.result(result));
        }
        // Which of them are possible, the route of all services tells: there are too many services to tell it for each.
        return (service.changes() ? operation.changingModel() : operation).failing("4XX", "5XX");
    }

    private static String summary(CatalogueEntry service) {
        String signature = service.definition().name() + "("
                + String.join(", ", service.definition().parameters().keySet()) + ")";
        return service.template()
                .map(template -> signature + ", of things of the template " + template)
                .orElse(signature);
    }
}
