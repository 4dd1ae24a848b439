package org.steadfast.foundation;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.MultipartConfigElement;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.Lifecycle;
import org.steadfast.coordination.chassis.Listening;
import org.steadfast.coordination.chassis.NodeHttpServer;
import org.steadfast.coordination.chassis.NodeIdentity;
import org.steadfast.coordination.chassis.NodeMetrics;
import org.steadfast.coordination.chassis.NodeProcess.StopRequest;
import org.steadfast.coordination.chassis.Readiness;
import org.steadfast.coordination.chassis.StorageLocation;
import org.steadfast.coordination.coordinator.CoordinatorTls;
import org.steadfast.coordination.lease.Companions;
import org.steadfast.coordination.lease.Lease;
import org.steadfast.coordination.link.LinkKey;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.membership.Member;
import org.steadfast.coordination.membership.Membership;
import org.steadfast.coordination.membership.Role;
import org.steadfast.coordination.membership.SharedFolder;
import org.steadfast.coordination.settings.BasicSettings;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.settings.SettingsCopy;
import org.steadfast.coordination.tls.NodeTls;
import org.steadfast.foundation.backup.Backups;
import org.steadfast.foundation.backup.ScheduledBackups;
import org.steadfast.foundation.cluster.ClusterNodes;
import org.steadfast.foundation.device.DeviceRequests;
import org.steadfast.foundation.event.Actions;
import org.steadfast.foundation.event.EventDispatch;
import org.steadfast.foundation.event.EventDoor;
import org.steadfast.foundation.event.TransferEvents;
import org.steadfast.foundation.exchange.Exporter;
import org.steadfast.foundation.exchange.ExtensionPackages;
import org.steadfast.foundation.exchange.Importer;
import org.steadfast.foundation.history.HistoryStart;
import org.steadfast.foundation.history.HistoryUpkeep;
import org.steadfast.foundation.ingestion.AbandonedWriters;
import org.steadfast.foundation.ingestion.Ingestion;
import org.steadfast.foundation.ingestion.Leftovers;
import org.steadfast.foundation.link.GatewayThings;
import org.steadfast.foundation.link.Links;
import org.steadfast.foundation.link.OpenLinks;
import org.steadfast.foundation.live.LiveStreams;
import org.steadfast.foundation.logs.ClusterLogs;
import org.steadfast.foundation.logs.NodeLog;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelAnnouncer;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.remote.RemoteProperties;
import org.steadfast.foundation.remote.RemoteThings;
import org.steadfast.foundation.repository.FileRepositories;
import org.steadfast.foundation.rest.RestApi;
import org.steadfast.foundation.rest.RestServlet;
import org.steadfast.foundation.rest.RestSettings;
import org.steadfast.foundation.scheduler.RunRetention;
import org.steadfast.foundation.scheduler.Singleton;
import org.steadfast.foundation.script.RhinoScripts;
import org.steadfast.foundation.security.AuditRetention;
import org.steadfast.foundation.security.AuthorizedProperties;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.Security;
import org.steadfast.foundation.service.DataStores;
import org.steadfast.foundation.service.Services;
import org.steadfast.foundation.sharedstate.PeerWatch;
import org.steadfast.foundation.sharedstate.SharedSessions;
import org.steadfast.foundation.sharedstate.SharedState;
import org.steadfast.foundation.sharedstate.StateLoading;
import org.steadfast.foundation.transfer.FileTransfers;
import org.steadfast.foundation.upkeep.Upkeep;
import org.steadfast.foundation.webhook.Webhooks;
import org.steadfast.persistence.backup.BackupFolder;
import org.steadfast.persistence.postgres.PostgresDatabase;
import org.steadfast.persistence.store.PropertyStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.persistence.store.WriterRegistry;
import org.steadfast.protocol.release.Generation;

/** A foundation node. {@link #start} is its whole start-up, top to bottom; it stops in the reverse order. */
public final class FoundationNode {
    private static final Logger log = LoggerFactory.getLogger(FoundationNode.class);

    private static final long GRACE_MILLIS = 300;
    /** What an upload may have besides its file; shorter parts stay in memory. */
    private static final int FORM_BYTES = 64 << 10;

    private FoundationNode() {}

    /**
     * Starts the node; when this returns, it takes traffic.
     *
     * @param copies of the settings of all nodes, for backups
     * @param lifecycle gets a way to stop each thing as soon as it is started
     * @param stopRequest what the node calls when it must not go on
     * @param nodeLog of this process
     */
    public static void start(
            FoundationSettings settings,
            SettingsCopy copies,
            Lifecycle lifecycle,
            StopRequest stopRequest,
            NodeLog nodeLog)
            throws Exception {
        long begin = System.nanoTime();
        String platformId = settings.cluster().platformId();
        NodeIdentity identity = new NodeIdentity(Role.FOUNDATION_NODE.title(), platformId);
        log.info("Starting {} {}", identity.role(), platformId);
        StorageLocation.require(settings.basic().storage(), BasicSettings.PATH + ".Storage");
        StorageLocation.require(settings.basic().backupStorage(), BasicSettings.PATH + ".BackupStorage");
        for (Path folder : settings.basic().additional().values()) {
            StorageLocation.require(folder, BasicSettings.PATH + ".AdditionalStorage");
        }

        NodeMetrics metrics = new NodeMetrics(identity.role(), platformId);
        lifecycle.onStop("metrics", metrics::close);
        Readiness readiness = new Readiness();
        Readiness.Condition started = readiness.condition("start", "the node is starting");
        Readiness.Condition loaded = readiness.condition("shared state", "not joined yet");
        NodeTls tls = NodeTls.open(settings.tls(), settings.coordinatorTls(), metrics.registry());
        lifecycle.onStop("TLS", tls::close);
        NodeHttpServer http = httpServer(settings.rest(), identity, readiness, metrics, tls);
        lifecycle.onStop("HTTP server", http::stop);
        http.open();

        CoordinatorClient coordinator = CoordinatorClient.connect(settings.cluster(), tls.withCoordinators());
        // Ignite makes a session of its own, and asks nobody how.
        tls.withCoordinators().ifPresent(CoordinatorTls::speakInThisProcess);
        lifecycle.onStop("coordinator session", coordinator::close);
        requireShared(coordinator, settings.basic());
        Companions.require(coordinator, platformId, Generation.OWN);
        PostgresDatabase database = DatabaseStart.open(settings, coordinator, lifecycle, metrics.registry());
        PropertyStore store = database.properties();
        WriterRegistry writers = database.writers(settings.influx().target());
        Leftovers leftovers = new Leftovers(writers);

        Consumer<String> onExpelled = reason -> halt(reason, stopRequest);
        Lease lease = Lease.claim(
                coordinator,
                settings.cluster(),
                settings.sharedState().address(),
                readiness.condition("lease", "not claimed yet"),
                metrics.registry(),
                onExpelled);
        lifecycle.onStop("platform id", lease::close);
        Companions.require(coordinator, platformId, Generation.OWN);
        PeerWatch.awaitReachable(lease, platformId, settings.sharedState(), readiness);
        WriterId writer = writers.register(platformId);
        SharedState state = SharedState.join(new SharedState.Joining(
                settings.cluster(),
                settings.sharedState(),
                writer,
                lease,
                leftovers::makeVisible,
                readiness,
                metrics.registry(),
                tls.betweenFoundationNodes(),
                onExpelled));
        lifecycle.onStop("shared state", state::close);
        lease.prove(state.proofsOfMembership(coordinator, settings.cluster()));
        lifecycle.onStop("lease", lease::end);
        PeerWatch peers = state.watchPeers(lease, settings.cluster(), metrics.registry());
        lifecycle.onStop("watch of the other nodes", peers::close);
        StateLoading loading = state.loading(coordinator, store, loaded);
        lifecycle.onStop("watch of shared state", loading::close);
        loading.complete();
        leftovers.makeVisible(state, List.of(new WriterId(platformId, writer.incarnation() - 1)));

        ModelAnnouncer announcer = new ModelAnnouncer(state, settings.rest().modelVisibilityBound());
        Model model =
                new Model(database.model(), state, announcer, settings.rest().cachedThings());
        lifecycle.onStop("model", model::close);
        announcer.listen(model);
        Security security = security(model, database, state.sessions(), settings, metrics.registry());
        lifecycle.onStop("security", security::close);
        EventDispatch events = EventDispatch.start(
                new EventDispatch.Around(
                        model,
                        database.events(),
                        database.alerts(),
                        database.scheduleRuns(),
                        writer,
                        state,
                        lease,
                        security.authority(),
                        new AbandonedWriters(writers, state, lease, leftovers),
                        metrics.registry(),
                        Clock.systemUTC(),
                        settings.webhooks().threads()),
                settings.events());
        lifecycle.onStop("events", events::close);
        Ingestion ingestion = Ingestion.start(
                writer, writers, state, events, lease, settings.ingestion(), metrics.registry(), onExpelled);
        Properties properties = new Properties(state, ingestion, events);
        LiveStreams live =
                LiveStreams.start(settings.live(), model, properties, security.authority(), state, metrics.registry());
        lifecycle.onStop("live values", live::stop);
        EventDoor eventDoor = new EventDoor(model, events, security.authority());

        OpenLinks openLinks = new OpenLinks();
        RemoteThings things = new RemoteThings(
                state.bindings(),
                openLinks.devices(),
                settings.rest().deviceTimeout(),
                settings.rest().longestDeviceTimeout());
        RemoteProperties seen = new RemoteProperties(properties, things, Clock.systemUTC());
        DataStores stores = new DataStores(
                database.dataTables(),
                database.streams(),
                HistoryStart.open(settings.influx(), database, lifecycle, metrics.registry()),
                database.schedules(),
                database.scheduleRuns());
        HistoryUpkeep ofHistory = new HistoryUpkeep(stores.history(), model, Clock.systemUTC());
        AuditRetention ofAuditLog =
                new AuditRetention(database.audit(), settings.security().auditRetentionDays());
        RunRetention ofRuns = new RunRetention(
                stores.schedules(), stores.scheduleRuns(), settings.scheduler().runRetention());
        FileRepositories repositories = new FileRepositories(
                settings.basic(),
                model,
                settings.repositories(),
                settings.rest().httpThreads(),
                metrics.registry());
        lifecycle.onStop("file repositories", repositories::close);
        FileTransfers transfers = new FileTransfers(
                new FileTransfers.Around(
                        model.things(),
                        repositories,
                        things,
                        state.transfers(),
                        writer,
                        state::members,
                        new TransferEvents(model, events),
                        metrics.registry(),
                        Clock.systemUTC()),
                settings.transfers());
        GatewayThings gateways = new GatewayThings(
                model,
                security.authority(),
                security.audit(),
                state.bindings(),
                openLinks.devices(),
                settings.rest().gatewayThingsStay());
        lifecycle.onStop("things of gateways", gateways::close);
        Upkeep upkeep = Upkeep.start(List.of(
                new Upkeep.Task("History", ofHistory::run),
                new Upkeep.Task("The audit log", ofAuditLog::run),
                new Upkeep.Task("Records of fires", ofRuns::run),
                new Upkeep.Task("Copies whose nodes are gone", transfers::tellLost),
                new Upkeep.Task("Things of gateways that have gone", gateways::removeAbandoned),
                new Upkeep.Task("Files that were not written to their end", repositories::removeAbandoned)));
        lifecycle.onStop("upkeep", upkeep::close);
        AuthorizedProperties authorized = new AuthorizedProperties(seen, security.authority());
        RhinoScripts scripts = new RhinoScripts(
                settings.scripts(),
                model,
                security.entities(),
                authorized,
                events,
                Clock.systemUTC(),
                metrics.registry());
        Importer importer = new Importer(model, properties, security, settings.exchange(), Clock.systemUTC());
        ExtensionPackages packages = new ExtensionPackages(
                database.extensionPackages(), model, importer, settings.exchange(), Clock.systemUTC());
        Membership membership = Membership.open(
                coordinator,
                Role.FOUNDATION_NODE,
                new Member(
                        platformId,
                        settings.rest().hostInDiscovery(),
                        http.port(),
                        settings.tls().enabled()));
        lifecycle.onStop("membership", membership::close);
        Singleton singleton = Singleton.of(
                new Singleton.Around(
                        coordinator,
                        lease,
                        stores.schedules(),
                        writer,
                        model,
                        events,
                        state.messages(),
                        metrics.registry(),
                        Clock.systemUTC()),
                settings.scheduler());
        ClusterNodes nodes = ClusterNodes.watch(platformId, membership, lease, singleton, readiness);
        lifecycle.onStop("watch of all nodes", nodes::close);
        Exporter exporter = new Exporter(model, security, properties);
        Services services = Services.create(new Services.Parts(
                model,
                properties,
                seen,
                things,
                scripts,
                events.alerts(),
                stores,
                importer,
                exporter,
                packages,
                security,
                nodes,
                repositories,
                transfers,
                new ClusterLogs(state, nodeLog, settings.rest().modelVisibilityBound()),
                settings.rest().mostBodyBytes(),
                metrics.registry(),
                Clock.systemUTC()));
        scripts.use(services);
        Links links = new Links(
                openLinks,
                new LinkKey(settings.cluster().linkKey()),
                settings.tls().requireLinkCertificate(),
                new DeviceRequests(model.things(), properties, services, eventDoor, security.authority()),
                model.things(),
                store,
                state,
                security,
                gateways,
                settings.rest().modelVisibilityBound(),
                metrics.registry());
        model.onChange(links::changed);
        // Ingestion ends first, so that what it still writes is acknowledged over open links.
        lifecycle.onStop("links", links::close);
        lifecycle.onStop("ingestion", ingestion::close);
        // While devices can still be told.
        lifecycle.onStop("copies of files", transfers::close);
        lifecycle.onStop("scripts", scripts::close);
        lifecycle.onStop("subscriptions", events::stopRunning);
        RestApi.Files files = new RestApi.Files(importer, exporter, packages, settings.exchange(), repositories);
        RestServlet rest = RestApi.servlet(
                model, seen, services, eventDoor, files, live, security, settings.rest(), metrics.registry());
        http.start(List.of(links.handler(http.server()), servlets(rest, settings)));

        Webhooks webhooks = new Webhooks(settings.webhooks(), metrics.registry(), Clock.systemUTC());
        events.run(scripts, new Actions(model, services, authorized, webhooks, Clock.systemUTC()));
        lease.awaitHeld(settings.cluster().connectionTimeout());
        ScheduledBackups backups = new ScheduledBackups(
                new Backups(
                        settings.database().connection(),
                        settings.basic(),
                        copies,
                        settings.backups(),
                        BackupFolder.Kind.SCHEDULED),
                settings.backups(),
                singleton::isHere,
                metrics.registry(),
                Clock.systemUTC());
        lifecycle.onStop("backups", backups::close);
        singleton.start();
        // Ends before them: another node takes the role meanwhile.
        lifecycle.onStop("singleton", singleton::close);
        backups.start();
        started.met();
        membership.goOnline();
        lifecycle.onStop("traffic", () -> {
            started.unmet("the node is stopping");
            membership.goOffline();
            // Connection servers hear of it at once; what they sent before that is still answered.
            TimeUnit.MILLISECONDS.sleep(GRACE_MILLIS);
            // By now, whoever comes again comes to another node.
            live.close();
            rest.refuse("the node is stopping; nothing was written");
        });
        log.info("Ready after {} ms, one of {}", (System.nanoTime() - begin) / 1_000_000, state.nodeCount());
    }

    private static Security security(
            Model model,
            PostgresDatabase database,
            SharedSessions sessions,
            FoundationSettings settings,
            MeterRegistry registry)
            throws StoreException {
        Security security = new Security(
                model,
                new Security.Stores(
                        database.applicationKeys(),
                        database.credentials(),
                        database.memberships(),
                        database.organizationUnits(),
                        database.permissions(),
                        database.audit()),
                sessions,
                settings.security(),
                settings.rateLimits(),
                Clock.systemUTC(),
                registry);
        security.keys()
                .put(
                        BuiltIns.ADMINISTRATOR,
                        settings.administrator().initialApplicationKey().reveal(),
                        new Principal(BuiltIns.ADMINISTRATOR, false));
        Secret password = settings.administrator().initialPasswordHash();
        if (!password.reveal().isEmpty()) {
            security.accounts().keepInitialPassword(BuiltIns.ADMINISTRATOR, password);
        }
        return security;
    }

    private static void requireShared(CoordinatorClient coordinator, BasicSettings basic) throws Exception {
        SharedFolder.require(coordinator, "Storage", basic.storage(), BasicSettings.PATH + ".Storage");
        SharedFolder.require(
                coordinator, "BackupStorage", basic.backupStorage(), BasicSettings.PATH + ".BackupStorage");
        for (Map.Entry<String, Path> each : basic.additional().entrySet()) {
            SharedFolder.require(
                    coordinator,
                    "AdditionalStorage-" + each.getKey(),
                    each.getValue(),
                    BasicSettings.PATH + ".AdditionalStorage, " + each.getKey());
            SharedFolder.requireOf(
                    basic.storage(), each.getValue(), BasicSettings.PATH + ".AdditionalStorage, " + each.getKey());
        }
    }

    private static NodeHttpServer httpServer(
            RestSettings settings, NodeIdentity identity, Readiness readiness, NodeMetrics metrics, NodeTls tls) {
        return new NodeHttpServer(
                identity,
                readiness,
                metrics,
                Listening.plain(
                                settings.host(),
                                settings.httpPort(),
                                RestSettings.PATH + ".HttpPort",
                                settings.httpThreads())
                        .with(tls.server()));
    }

    private static ServletContextHandler servlets(RestServlet rest, FoundationSettings settings) {
        ServletContextHandler context = new ServletContextHandler();
        context.setContextPath("/");
        // Encoded slashes in names reach the servlet as they are; it decodes each segment by itself.
        context.getServletHandler().setDecodeAmbiguousURIs(true);
        ServletHolder holder = new ServletHolder(rest);
        holder.setAsyncSupported(true);
        // Uploads are on disk until they are read, whatever else is uploaded at the same time.
        long mostBytes = Math.max(
                settings.exchange().mostImportBytes(), settings.repositories().mostFileBytes());
        holder.getRegistration()
                .setMultipartConfig(new MultipartConfigElement(
                        System.getProperty("java.io.tmpdir"), mostBytes, mostBytes + FORM_BYTES, FORM_BYTES));
        context.addServlet(holder, "/*");
        return context;
    }

    private static void halt(String reason, StopRequest stopRequest) {
        log.error("NODE_MUST_STOP: this node must not go on: {}", reason);
        stopRequest.stop(ExitCode.FENCED);
    }
}
