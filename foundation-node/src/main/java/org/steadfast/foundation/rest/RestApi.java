package org.steadfast.foundation.rest;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.security.ApplicationKeys;

/** Puts the REST API together: all routes, in one table. */
public final class RestApi {
    private RestApi() {}

    public static RestServlet servlet(
            Model model, Properties properties, ApplicationKeys keys, RestSettings settings, MeterRegistry registry) {
        List<Route> routes = Stream.of(
                        new ThingRoutes(model).routes(),
                        new PropertyRoutes(model, properties, Clock.systemUTC()).routes(),
                        new PropertyDefinitionRoutes(model).routes())
                .flatMap(List::stream)
                .toList();
        return new RestServlet(new RouteTable(routes), new Authentication(keys), settings, registry);
    }
}
