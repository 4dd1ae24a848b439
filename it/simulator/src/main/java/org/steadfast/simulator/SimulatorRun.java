package org.steadfast.simulator;

import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One run of the command, top to bottom: create the things, run the fleet, verify, report. */
final class SimulatorRun {
    private final FleetSettings settings;
    private final Transport transport;
    private final List<RestNode> createAt;
    private final List<RestNode> verifyAt;
    private final boolean json;
    private final PrintWriter out;
    private final ProgressLine progress;
    private final StopSignal stop;

    SimulatorRun(
            FleetSettings settings,
            Transport transport,
            List<ServerAddress> createAt,
            List<ServerAddress> verifyAt,
            boolean json,
            PrintWriter out,
            ProgressLine progress,
            StopSignal stop) {
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5));
        transport.tls().ifPresent(builder::sslContext);
        HttpClient http = builder.build();
        this.settings = settings;
        this.transport = transport;
        this.createAt = nodes(http, createAt);
        this.verifyAt = nodes(http, verifyAt);
        this.json = json;
        this.out = out;
        this.progress = progress;
        this.stop = stop;
    }

    ExitStatus run() throws InterruptedException {
        for (RestNode node : createAt) {
            try {
                new ThingCreator(node).create(settings.things(), settings.load().properties(), stop::isWanted);
            } catch (RestException e) {
                progress.say("The things could not be created: " + e.getMessage());
                return e.isNotConnected() ? ExitStatus.COULD_NOT_CONNECT : ExitStatus.ERRORS;
            }
        }
        FleetResult result;
        Verification verification = Verification.none();
        try (DeviceNetwork network = DeviceNetwork.start(transport);
                Fleet fleet = new Fleet(network, settings)) {
            fleet.start();
            stop.onStop(fleet::stop);
            result = watch(fleet);
            if (!verifyAt.isEmpty()) {
                verification = new Verifier(verifyAt).verify(fleet.acknowledged());
            }
        }
        if (result.outcome() == FleetOutcome.UNAUTHENTICATED) {
            progress.say("The server does not accept the application key: " + result.detail());
        } else if (result.outcome() == FleetOutcome.COULD_NOT_CONNECT) {
            progress.say("Could not connect: " + result.detail());
        }
        ExitStatus status = ExitStatus.of(result, verification);
        boolean verified = !verifyAt.isEmpty();
        out.print(
                json
                        ? Report.json(result, verification, verified, status)
                        : Report.text(result, verification, verified));
        out.flush();
        return status;
    }

    private FleetResult watch(Fleet fleet) throws InterruptedException {
        CompletableFuture<FleetResult> completion = fleet.completion();
        while (true) {
            try {
                FleetResult result = completion.get(1, TimeUnit.SECONDS);
                progress.end();
                return result;
            } catch (TimeoutException e) {
                progress.show(fleet.statistics(), fleet.recentLatency());
            } catch (ExecutionException e) {
                throw new IllegalStateException("the fleet failed", e);
            }
        }
    }

    private List<RestNode> nodes(HttpClient http, List<ServerAddress> addresses) {
        return addresses.stream()
                .map(address -> new RestNode(http, address, settings.appKey(), transport))
                .toList();
    }
}
