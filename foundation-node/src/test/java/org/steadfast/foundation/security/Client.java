package org.steadfast.foundation.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** Somebody who uses the REST API of a running node, in one of the ways in which one can come in. */
final class Client {
    private final RunningNode node;
    private final String header;
    private final String value;

    private Client(RunningNode node, String header, String value) {
        this.node = node;
        this.header = header;
        this.value = value;
    }

    static Client administrator(RunningNode node) {
        return withKey(node, RunningNode.KEY);
    }

    static Client withKey(RunningNode node, String key) {
        return new Client(node, "appKey", key);
    }

    static Client withPassword(RunningNode node, String user, String password) {
        String credentials =
                Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return new Client(node, "Authorization", "Basic " + credentials);
    }

    static Client withCookie(RunningNode node, String cookie) {
        return new Client(node, "Cookie", cookie);
    }

    HttpRequest.Builder request(String address) {
        return node.anonymous(address).header(header, value);
    }

    /** Apostrophes stand for quotation marks. */
    HttpResponse<String> send(String method, String address, String body) throws Exception {
        return node.send(request(address)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    HttpResponse<String> get(String address) throws Exception {
        return node.send(request(address).GET());
    }

    HttpResponse<String> put(String address, String body) throws Exception {
        return send("PUT", address, body);
    }

    HttpResponse<String> delete(String address) throws Exception {
        return node.send(request(address).DELETE());
    }

    HttpResponse<String> call(String entity, String service, String parameters) throws Exception {
        return send("POST", entity + "/Services/" + service, parameters);
    }

    /** What a service gives that must succeed. */
    JsonNode result(String entity, String service, String parameters) throws Exception {
        return rows(call(entity, service, parameters)).at("/0/result");
    }

    /** Who the node takes this one for. */
    HttpResponse<String> whoAmI() throws Exception {
        return call("Resources/CurrentSessionInfo", "GetCurrentUser", "");
    }

    static JsonNode rows(HttpResponse<String> response) throws Exception {
        return ok(response).path("rows");
    }

    static JsonNode ok(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body().isEmpty() ? Json.read("null") : Json.read(response.body());
    }

    static void failed(HttpResponse<String> response, int status, String message) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).contains(message);
    }
}
