package org.steadfast.foundation.link;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.link.LinkKey;
import org.steadfast.coordination.link.LinkWriter;
import org.steadfast.coordination.tls.ShownCertificate;
import org.steadfast.foundation.device.DeviceRequests;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.Things;
import org.steadfast.foundation.security.Security;
import org.steadfast.foundation.sharedstate.SharedState;
import org.steadfast.persistence.store.PropertyStore;
import org.steadfast.protocol.link.LinkCodec;
import org.steadfast.protocol.link.LinkVersions;

/** Takes links from connection servers that show the cluster's key. */
public final class Links implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Links.class);
    private static final int DATABASE_THREADS = 4;
    private static final int WAITING_DATABASE_WORK = 10_000;
    /** Longest frame in bytes: a device's longest message, or a BIND, with room to spare. */
    private static final int LONGEST_FRAME = 4 << 20;
    /** Share of the heap that what links brought may take; decoding and writing it takes some times as much. */
    private static final long HEAP_SHARE = 8;

    private static final long BEAT_SECONDS = 1;

    private final LinkKey key;
    private final boolean certificateRequired;
    private final DeviceRequests requests;
    private final DeviceBindings bindings;
    private final DeviceAuthentication authentication;
    private final DefinitionChanges changes;
    private final ThreadPoolExecutor databaseWork;
    private final OpenLinks openLinks;
    private final DeviceCaller caller;
    private final HeldBytes held;
    private final ScheduledExecutorService beating =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "link-signs-of-life"));

    /**
     * Begins to watch the links that are opened.
     *
     * @param openLinks gets them
     * @param certificateRequired whether who opens a link must have shown a certificate as well
     * @param visibilityBound after which every node knows of a change of the model
     */
    public Links(
            OpenLinks openLinks,
            LinkKey key,
            boolean certificateRequired,
            DeviceRequests requests,
            Things things,
            PropertyStore store,
            SharedState state,
            Security security,
            GatewayThings gateways,
            Duration visibilityBound,
            MeterRegistry registry) {
        this.openLinks = openLinks;
        this.caller = openLinks.caller();
        this.key = key;
        this.certificateRequired = certificateRequired;
        this.requests = requests;
        this.bindings = new DeviceBindings(
                things, store, state.bindings(), security.authority(), gateways, openLinks, Clock.systemUTC());
        this.authentication = new DeviceAuthentication(security.logins());
        this.changes = new DefinitionChanges(things, state.bindings(), openLinks, visibilityBound);
        this.databaseWork = new ThreadPoolExecutor(
                DATABASE_THREADS,
                DATABASE_THREADS,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_DATABASE_WORK),
                task -> new Thread(task, "link-database-work"));
        this.held = new HeldBytes(Runtime.getRuntime().maxMemory() / HEAP_SHARE, registry);
        var unused = beating.scheduleWithFixedDelay(openLinks::beat, BEAT_SECONDS, BEAT_SECONDS, TimeUnit.SECONDS);
        registry.gauge("steadfast.links.look.ups.waiting", requests, DeviceRequests::waitingForLookUps);
        registry.gauge("steadfast.links.calls.outstanding", caller, DeviceCaller::outstanding);
        registry.gauge("steadfast.links.open", openLinks, OpenLinks::count);
        registry.gauge("steadfast.links.database.work.waiting", databaseWork.getQueue(), Collection::size);
    }

    /** An entity was changed, of which devices are told whose things come from it; returns at once. */
    public void changed(EntityRef ref) {
        changes.changed(ref);
    }

    /** The handler that upgrades requests for links; goes before the REST API. */
    public Handler handler(Server server) {
        return WebSocketUpgradeHandler.from(server, container -> {
            container.setIdleTimeout(Duration.ofMinutes(2));
            container.setMaxBinaryMessageSize(LONGEST_FRAME + LinkWriter.MESSAGE_BYTES);
            container.setMaxFrameSize(LONGEST_FRAME + LinkWriter.MESSAGE_BYTES);
            container.setAutoFragment(false);
            container.addMapping(LinkCodec.PATH, this::open);
        });
    }

    private Object open(ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
        if (certificateRequired && ShownCertificate.of(request).isEmpty()) {
            log.warn(
                    "LINK_REFUSED: a link from {} was refused: it showed no certificate",
                    Request.getRemoteAddr(request));
            Response.writeError(request, response, callback, HttpStatus.FORBIDDEN_403);
            return null;
        }
        String node = request.getHeaders().get(LinkKey.NODE_HEADER);
        if (!key.matches(request.getHeaders().get(LinkKey.KEY_HEADER)) || node == null) {
            log.warn("LINK_REFUSED: a link was refused: the link key is not that of this cluster");
            Response.writeError(request, response, callback, HttpStatus.FORBIDDEN_403);
            return null;
        }
        String offered = request.getHeaders().get(LinkKey.VERSION_HEADER);
        if (LinkVersions.choose(offered).isEmpty()) {
            log.warn(
                    "LINK_REFUSED: a link from {} was refused: it speaks version {} of links, this node {}",
                    node,
                    offered,
                    LinkVersions.offer());
            Response.writeError(request, response, callback, HttpStatus.UPGRADE_REQUIRED_426);
            return null;
        }
        response.setExtensions(List.of());
        return new LinkEndpoint(node, requests, bindings, authentication, databaseWork, openLinks, caller, held);
    }

    /** Closes the links, so that connection servers turn to other nodes at once. */
    @Override
    public void close() {
        openLinks.closeAll();
        beating.shutdownNow();
        changes.close();
        requests.close();
        databaseWork.shutdownNow();
    }
}
