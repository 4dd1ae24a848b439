package org.steadfast.foundation.rest;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.steadfast.foundation.event.EventDoor;
import org.steadfast.foundation.exchange.ExchangeSettings;
import org.steadfast.foundation.exchange.Exporter;
import org.steadfast.foundation.exchange.ExtensionPackages;
import org.steadfast.foundation.exchange.Importer;
import org.steadfast.foundation.live.LiveStreams;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.remote.RemoteProperties;
import org.steadfast.foundation.repository.FileRepositories;
import org.steadfast.foundation.security.AuthorizedProperties;
import org.steadfast.foundation.security.Security;
import org.steadfast.foundation.service.Services;

/** Puts the REST API together: all routes, in one table. */
public final class RestApi {
    private RestApi() {}

    /** What takes and gives files. */
    public record Files(
            Importer importer,
            Exporter exporter,
            ExtensionPackages packages,
            ExchangeSettings settings,
            FileRepositories repositories) {}

    public static RestServlet servlet(
            Model model,
            RemoteProperties seen,
            Services services,
            EventDoor events,
            Files files,
            LiveStreams live,
            Security security,
            RestSettings settings,
            MeterRegistry registry) {
        SessionCookie cookie = new SessionCookie(security.addresses(), security.secureCookies());
        LoginRoutes logins = new LoginRoutes(security, cookie);
        List<Route> routes = Stream.of(
                        new EntityRoutes(model, security.entities(), files.exporter()).routes(),
                        new PropertyRoutes(
                                        model, new AuthorizedProperties(seen, security.authority()), Clock.systemUTC())
                                .routes(),
                        new LiveRoutes(live).routes(),
                        new EventRoutes(model, events, Clock.systemUTC()).routes(),
                        logins.routes(),
                        new ServiceRoutes(model, security.entities(), services).routes(),
                        new PlatformRoutes(services, files.packages(), security.authority()).routes(),
                        new ImportRoutes(files.importer(), files.packages(), files.settings(), security.authority())
                                .routes(),
                        new ExportRoutes(files.exporter(), security.authority()).routes(),
                        new RepositoryRoutes(
                                        files.repositories(),
                                        model,
                                        security.authority(),
                                        files.settings().importDeadline())
                                .routes())
                .flatMap(List::stream)
                .toList();
        List<Endpoint> told = new ArrayList<>(StatusEndpoints.all());
        told.add(LoginRoutes.LOGIN);
        routes.forEach(route -> told.add(route.endpoint()));
        told.addAll(PlatformServiceEndpoints.of(services.catalogue()));
        List<Route> all = new ArrayList<>(routes);
        all.addAll(new OpenApiRoutes(told).routes());
        return new RestServlet(
                new RouteTable(all),
                new Authentication(security, cookie),
                logins,
                security.limits(),
                settings,
                registry);
    }
}
