package org.steadfast.foundation.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real server on this machine that webhooks call, and what it has received. Safe for use by several threads. */
public final class Receiver implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    /** Released at the end, so that no thread of the server stays. */
    private final CountDownLatch end = new CountDownLatch(1);
    /** Added to by the server's threads, read by the test; the list guards itself. */
    private final List<Received> received = Collections.synchronizedList(new ArrayList<>());

    private final HttpServer server;

    /** @param headers by names as the server writes them: a capital first, the rest small */
    public record Received(String method, String path, Map<String, List<String>> headers, String body) {}

    private Receiver(HttpServer server) {
        this.server = server;
    }

    public static Receiver open() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Receiver receiver = new Receiver(server);
        server.setExecutor(receiver.threads);
        server.start();
        return receiver;
    }

    /** Answers each request with the next status, and further ones with the last. */
    public void answer(int... statuses) {
        serve(exchange -> exchange.sendResponseHeaders(statuses[Math.min(received.size(), statuses.length) - 1], -1));
    }

    /** Has each request dealt with once it has been received. */
    public void serve(HttpHandler handler) {
        server.createContext("/", exchange -> {
            try (exchange) {
                received.add(new Received(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().toString(),
                        Map.copyOf(exchange.getRequestHeaders()),
                        new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
                handler.handle(exchange);
            }
        });
    }

    /** Does nothing until this is closed. */
    public void hang(HttpExchange exchange) throws IOException {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(exchange.getRequestURI() + " ends", e);
        }
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    public List<Received> received() {
        return received;
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
