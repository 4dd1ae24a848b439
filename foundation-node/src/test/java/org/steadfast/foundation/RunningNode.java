package org.steadfast.foundation;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.Lifecycle;
import org.steadfast.coordination.settings.BasicSettings;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.settings.SettingsCopy;
import org.steadfast.coordination.tls.CoordinatorTlsSettings;
import org.steadfast.coordination.tls.TlsSettings;
import org.steadfast.foundation.backup.BackupSettings;
import org.steadfast.foundation.event.EventSettings;
import org.steadfast.foundation.exchange.ExchangeSettings;
import org.steadfast.foundation.failover.FailoverSettings;
import org.steadfast.foundation.history.InfluxHistorySettings;
import org.steadfast.foundation.ingestion.IngestionSettings;
import org.steadfast.foundation.live.LiveSettings;
import org.steadfast.foundation.logs.NodeLog;
import org.steadfast.foundation.logs.RecentLog;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.repository.RepositorySettings;
import org.steadfast.foundation.rest.RestSettings;
import org.steadfast.foundation.scheduler.SchedulerSettings;
import org.steadfast.foundation.script.ScriptSettings;
import org.steadfast.foundation.security.ApplicationKeys;
import org.steadfast.foundation.security.InitialPassword;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.RateLimitSettings;
import org.steadfast.foundation.security.SecuritySettings;
import org.steadfast.foundation.sharedstate.SharedStateSettings;
import org.steadfast.foundation.transfer.TransferSettings;
import org.steadfast.foundation.webhook.WebhookSettings;
import org.steadfast.persistence.failover.FailoverPolicy;
import org.steadfast.persistence.postgres.PostgresDatabase;
import org.steadfast.persistence.postgres.PostgresSettings;

/** A whole foundation node in real surroundings, for all test classes that want one; it stops after the last one. */
public final class RunningNode implements AutoCloseable {
    /** An application key that may do anything. */
    public static final String KEY = "the administrator's key of the tests";
    /** An application key that may only read. */
    /** Of the user Administrator, from the first start on. */
    public static final String PASSWORD = "the first password of the tests";

    public static final String READ_ONLY_KEY = "the reader's key of the tests";
    /** Receivers of webhooks know by it who calls. */
    public static final String SIGNING_KEY = "the signing key of the tests";

    /** How many subscriptions run at a time, and how many webhooks. */
    public static final int SUBSCRIPTION_THREADS = 4;

    /** Longest body that the node takes. */
    public static final int MOST_BODY_BYTES = 6 << 20;

    /** Longest file that can be imported. */
    public static final int MOST_IMPORT_MEGABYTES = 8;

    /** How many streams of live values there may be. */
    public static final int MOST_STREAMS = 12;
    /** How many of them may be one user's. */
    public static final int MOST_STREAMS_OF_USER = 8;

    /** Files that are sent or taken at the same time. */
    public static final int MOST_TRANSFERS = 2;

    private final Surroundings surroundings;
    private final Lifecycle lifecycle;
    private final PostgresDatabase database;
    private final int port;
    private final List<ExitCode> stopRequests;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Hands it to test classes. */
    public static final class Extension implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == RunningNode.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            Surroundings surroundings = Surroundings.Extension.of(context);
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(RunningNode.class))
                    .computeIfAbsent(RunningNode.class, key -> start(surroundings), RunningNode.class);
        }
    }

    private RunningNode(
            Surroundings surroundings,
            Lifecycle lifecycle,
            PostgresDatabase database,
            int port,
            List<ExitCode> stopRequests) {
        this.surroundings = surroundings;
        this.lifecycle = lifecycle;
        this.database = database;
        this.port = port;
        this.stopRequests = stopRequests;
    }

    private static RunningNode start(Surroundings surroundings) {
        Lifecycle lifecycle = new Lifecycle();
        try {
            int port = Surroundings.freePort();
            FoundationSettings settings = new FoundationSettings(
                    new BasicSettings(
                            surroundings.folder("storage"),
                            surroundings.folder("backup"),
                            List.of("media=" + surroundings.folder("media"))),
                    surroundings.cluster("running", "running1"),
                    new RestSettings(
                            "127.0.0.1",
                            "",
                            port,
                            16,
                            MOST_BODY_BYTES,
                            12,
                            Duration.ofSeconds(12),
                            Duration.ofSeconds(2),
                            Duration.ofMillis(300),
                            Duration.ofSeconds(3),
                            true,
                            1000),
                    TlsSettings.off(),
                    CoordinatorTlsSettings.off(),
                    new SharedStateSettings(
                            "127.0.0.1",
                            Surroundings.freePort(),
                            surroundings.folder("work"),
                            64,
                            Duration.ofMinutes(10),
                            Duration.ofSeconds(60),
                            2),
                    new IngestionSettings(2, 500, 1000, 32, 4, Duration.ofMillis(20), Duration.ofMillis(1500)),
                    new EventSettings(SUBSCRIPTION_THREADS, 1000, 16, Duration.ofSeconds(5), Duration.ofMillis(500)),
                    new WebhookSettings(SUBSCRIPTION_THREADS, List.of("127.0.0.1"), new Secret(SIGNING_KEY)),
                    new LiveSettings(
                            MOST_STREAMS,
                            MOST_STREAMS_OF_USER,
                            300,
                            64,
                            Duration.ofSeconds(2),
                            Duration.ofMillis(500),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(2)),
                    new SchedulerSettings(Duration.ofSeconds(1), Duration.ofDays(7), Duration.ofSeconds(1)),
                    new ExchangeSettings(MOST_IMPORT_MEGABYTES, 1000, Duration.ofSeconds(20)),
                    new RepositorySettings(8, 24, 0, MOST_TRANSFERS),
                    new TransferSettings(2, 2, Duration.ofSeconds(3), 1024),
                    new BackupSettings(false, "0 0 2 * * ?", "UTC", 7, true, 0),
                    new DatabaseSettings(
                            surroundings.jdbcUrl(),
                            "steadfast",
                            new Secret("application"),
                            4,
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(30)),
                    new FailoverSettings(
                            false, List.of(), FailoverPolicy.DURABILITY, Duration.ofSeconds(2), "", new Secret("")),
                    new InfluxHistorySettings(
                            "",
                            "steadfast",
                            "",
                            new Secret(""),
                            new Secret(""),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(2)),
                    new ScriptSettings(2, 20, Duration.ofSeconds(2), 16),
                    new AdministratorSettings(new Secret(KEY), initialPasswordHash()),
                    new SecuritySettings(
                            12,
                            1,
                            3,
                            Duration.ofMinutes(15),
                            2,
                            16,
                            Duration.ofSeconds(30),
                            Duration.ofMinutes(30),
                            false,
                            365,
                            List.of("127.0.0.1")),
                    // Tests that send no X-Forwarded-For are not limited.
                    new RateLimitSettings(1, 60, 1, 30, 1, 10, List.of("127.0.0.1")));
            List<ExitCode> stopRequests = new CopyOnWriteArrayList<>();
            FoundationNode.start(
                    settings,
                    new SettingsCopy(settings.basic().storage(), Map.of()),
                    lifecycle,
                    stopRequests::add,
                    new NodeLog(new LevelsInMemory(), new RecentLog()));
            PostgresDatabase database = PostgresDatabase.open(new PostgresSettings(
                    surroundings.jdbcUrl(),
                    "steadfast",
                    "application",
                    2,
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10)));
            lifecycle.onStop("the tests' database", database::close);
            new ApplicationKeys(database.applicationKeys())
                    .put("reader", READ_ONLY_KEY, new Principal("Administrator", true));
            RunningNode node = new RunningNode(surroundings, lifecycle, database, port, stopRequests);
            HttpResponse<String> reader = node.put(
                    "ApplicationKeys",
                    "{\"name\":\"reader\",\"userNameReference\":\"Administrator\",\"readOnly\":true}");
            if (reader.statusCode() != 200) {
                throw new IllegalStateException(reader.body());
            }
            return node;
        } catch (Exception e) {
            lifecycle.stop();
            throw new IllegalStateException("the node cannot be started", e);
        }
    }

    public Surroundings surroundings() {
        return surroundings;
    }

    /** A way of our own into the node's database. */
    public PostgresDatabase database() {
        return database;
    }

    public int port() {
        return port;
    }

    /** The codes with which the node has asked for its end. */
    public List<ExitCode> stopRequests() {
        return stopRequests;
    }

    public HttpClient client() {
        return client;
    }

    /** A request to an address after {@code /Thingworx/}, encoded already, with the administrator's key. */
    public HttpRequest.Builder request(String address) {
        return anonymous(address).header("appKey", KEY);
    }

    /** A request without a key. */
    public HttpRequest.Builder anonymous(String address) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/Thingworx/" + address))
                .timeout(Duration.ofSeconds(30));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Sends a body as JSON. */
    public HttpResponse<String> send(String method, String address, String body) throws Exception {
        return send(request(address)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> get(String address) throws Exception {
        return send(request(address).GET());
    }

    public HttpResponse<String> put(String address, String body) throws Exception {
        return send("PUT", address, body);
    }

    public HttpResponse<String> post(String address, String body) throws Exception {
        return send("POST", address, body);
    }

    public HttpResponse<String> delete(String address) throws Exception {
        return send(request(address).DELETE());
    }

    @Override
    public void close() {
        lifecycle.stop();
    }

    private static Secret initialPasswordHash() {
        try {
            return InitialPassword.hash(BuiltIns.ADMINISTRATOR, new Secret(PASSWORD));
        } catch (ModelException e) {
            throw new AssertionError("the password keeps the rules", e);
        }
    }
}
