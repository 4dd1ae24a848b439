package org.steadfast.foundation.rest;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.remote.RemoteProperties;
import org.steadfast.foundation.remote.RemoteThings;
import org.steadfast.foundation.security.ApplicationKeys;

/** Puts the REST API together: all routes, in one table. */
public final class RestApi {
    private RestApi() {}

    public static RestServlet servlet(
            Model model,
            Properties properties,
            RemoteThings things,
            ApplicationKeys keys,
            RestSettings settings,
            MeterRegistry registry) {
        Clock clock = Clock.systemUTC();
        RemoteProperties seen = new RemoteProperties(properties, things, clock);
        List<Route> routes = Stream.of(
                        new ThingRoutes(model).routes(),
                        new PropertyRoutes(model, seen, clock).routes(),
                        new RemoteServiceRoutes(model, things).routes(),
                        new PropertyDefinitionRoutes(model).routes())
                .flatMap(List::stream)
                .toList();
        return new RestServlet(new RouteTable(routes), new Authentication(keys), settings, registry);
    }
}
