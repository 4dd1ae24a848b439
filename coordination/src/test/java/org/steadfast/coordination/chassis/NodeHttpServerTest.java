package org.steadfast.coordination.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.steadfast.coordination.FreePorts;

@Timeout(60)
class NodeHttpServerTest {
    private static final String SETTING = "PlatformSettingsConfig.FoundationNodeSettings.HttpPort";

    private final Readiness readiness = new Readiness();
    private final NodeMetrics metrics = new NodeMetrics("foundation node", "foundation1");
    private final HttpClient client = HttpClient.newHttpClient();
    private NodeHttpServer server = server("127.0.0.1", 0);

    private NodeHttpServer server(String host, int port) {
        return new NodeHttpServer(
                new NodeIdentity("foundation node", "foundation1"),
                readiness,
                metrics,
                Listening.plain(host, port, SETTING, 8));
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
        metrics.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void healthTellsThatTheProcessRuns() throws Exception {
        readiness.condition("start", "the node is starting");
        server.start(List.of());
        HttpResponse<String> answer = get("/Thingworx/health");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
        assertThat(answer.headers().firstValue("server")).isEmpty();
        assertThat(answer.body())
                .isEqualTo("{\"role\":\"foundation node\",\"node\":\"foundation1\",\"state\":\"running\","
                        + "\"waitingFor\":{\"start\":\"the node is starting\"}}");
    }

    @Test
    void readyNamesWhatIsNotReady() throws Exception {
        Readiness.Condition start = readiness.condition("start", "the node is starting");
        Readiness.Condition state = readiness.condition("shared state", "loading: 41 %");
        server.start(List.of());
        HttpResponse<String> waiting = get("/Thingworx/ready");
        assertThat(waiting.statusCode()).isEqualTo(503);
        assertThat(waiting.headers().firstValue("content-type")).contains("application/json");
        assertThat(waiting.body())
                .isEqualTo("{\"role\":\"foundation node\",\"node\":\"foundation1\",\"state\":\"not ready\","
                        + "\"waitingFor\":{\"shared state\":\"loading: 41 %\",\"start\":\"the node is starting\"}}");
        start.met();
        state.met();
        HttpResponse<String> ready = get("/Thingworx/ready?from=balancer");
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body())
                .isEqualTo("{\"role\":\"foundation node\",\"node\":\"foundation1\",\"state\":\"ready\","
                        + "\"waitingFor\":{}}");
    }

    @Test
    void metricsArePrometheusTextThatNamesTheNode() throws Exception {
        metrics.registry().counter("steadfast.sample", "lane", "1").increment(3);
        server.start(List.of());
        HttpResponse<String> answer = get("/Thingworx/Metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("text/plain;version=0.0.4;charset=UTF-8");
        assertThat(answer.body())
                .contains("# TYPE jvm_memory_used_bytes gauge")
                .contains("steadfast_sample_total{lane=\"1\",node=\"foundation1\",role=\"foundation node\"} 3.0\n")
                .contains("jvm_threads_live_threads")
                .contains("process_uptime_seconds");
    }

    @Test
    void whatTheNodeAddsIsAskedAfterwards() throws Exception {
        server.start(List.of(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                Content.Sink.write(response, true, "added", callback);
                return true;
            }
        }));
        assertThat(get("/anything").body()).isEqualTo("added");
        assertThat(get("/Thingworx/health/more").body()).isEqualTo("added");
        assertThat(get("/Thingworx/ready").body()).contains("\"state\":\"ready\"");
    }

    @Test
    void untilItHasStartedEverythingElseIsUnavailable() throws Exception {
        server.open();
        HttpResponse<String> answer = get("/Thingworx/Things/Pump7/Properties/pressure");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        assertThat(answer.body()).startsWith("This node is starting: {");
        assertThat(get("/Thingworx/health").statusCode()).isEqualTo(200);
    }

    @Test
    void whatNobodyAnswersIsNotFound() throws Exception {
        server.start(List.of());
        assertThat(get("/Thingworx/Health").statusCode()).isEqualTo(404);
    }

    @Test
    void aPortInUseIsNamedWithItsSetting() throws Exception {
        int port = FreePorts.next();
        try (ServerSocket taken = FreePorts.occupy(port)) {
            server = server("127.0.0.1", port);
            NodeFailure failure = catchThrowableOfType(NodeFailure.class, () -> server.start(List.of()));
            assertThat(failure.exitCode()).isEqualTo(ExitCode.PORT_IN_USE);
            assertThat(failure)
                    .hasMessage("port " + port
                            + " of 127.0.0.1 cannot be opened (Address already in use); free it or set " + SETTING);
        }
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("http-")));
    }

    @Test
    void anAddressOfAnotherMachineIsToldFromAPortInUse() {
        server = server("192.0.2.1", FreePorts.next());
        NodeFailure failure = catchThrowableOfType(NodeFailure.class, () -> server.start(List.of()));
        assertThat(failure).hasMessageContaining("192.0.2.1").hasMessageContaining("Cannot assign requested address");
    }

    @Test
    void theStopFreesThePort() throws Exception {
        server.start(List.of());
        int port = server.port();
        server.stop();
        FreePorts.occupy(port).close();
    }

    /** A reset of the connection would take the answer with it: the peer has not read it while it still sends. */
    @Test
    void aRefusalIsHeardByAPeerThatStillSends() throws Exception {
        server.start(List.of(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                response.getHeaders().put("Connection", "close");
                Response.writeError(request, response, callback, 413, "too long");
                return true;
            }
        }));
        for (int i = 0; i < 20; i++) {
            try (Socket socket = new Socket("127.0.0.1", server.port())) {
                OutputStream out = socket.getOutputStream();
                out.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
                for (int j = 0; j < 100; j++) {
                    out.write(new byte[4096]);
                }
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 413 ");
            }
        }
    }
}
