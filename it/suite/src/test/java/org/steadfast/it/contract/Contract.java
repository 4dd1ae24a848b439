package org.steadfast.it.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Haproxy;
import org.steadfast.protocol.json.Json;

/**
 * What clients and a cluster have agreed on: requests go to its nodes in turn, through a real HAProxy, by clients that are not ours, and
 * every answer is held against the OpenAPI document that the cluster serves. For one thread.
 */
public final class Contract implements AutoCloseable {
    private final ClusterUnderTest cluster;
    private final Haproxy haproxy;
    private final List<HttpUser> users;
    /** The nodes that answered, in order. */
    private final List<String> answered = new ArrayList<>();

    private ServedDocument document;

    private Contract(ClusterUnderTest cluster, Haproxy haproxy, List<HttpUser> users) {
        this.cluster = cluster;
        this.haproxy = haproxy;
        this.users = users;
    }

    /** @param folder where the clients may keep files */
    public static Contract with(ClusterUnderTest cluster, Path folder) throws Exception {
        Haproxy haproxy = Haproxy.start(cluster);
        String base = "http://" + haproxy.rest() + "/Thingworx/";
        Contract contract = new Contract(cluster, haproxy, List.of(new Curl(base, folder), new JavaClient(base)));
        await().atMost(Duration.ofSeconds(20)).until(contract::isServed);
        return contract;
    }

    private boolean isServed() throws InterruptedException {
        try {
            Heard heard = users.get(1).send(Call.get("openapi.json").with("appKey", cluster.administratorKey()));
            if (heard.status() != 200) {
                return false;
            }
            document = new ServedDocument(heard.json());
            return true;
        } catch (IOException e) {
            // It does not listen yet.
            return false;
        }
    }

    public List<HttpUser> users() {
        return users;
    }

    /** The nodes that answered since it was emptied, in order. */
    public List<String> answered() {
        return answered;
    }

    /** Answered, and with a body. */
    public Heard ok(HttpUser user, Call call) throws Exception {
        Heard heard = administrator(user, call);
        assertThat(heard.status()).as(call + " by " + user + ": " + heard).isEqualTo(200);
        assertThat(heard.bytes()).as(call.toString()).isNotEmpty();
        return heard;
    }

    /** Answered, and with an empty body. */
    public void nothing(HttpUser user, Call call) throws Exception {
        Heard heard = administrator(user, call);
        assertThat(heard.status()).as(call + " by " + user + ": " + heard).isEqualTo(200);
        assertThat(heard.bytes()).as(call.toString()).isEmpty();
        assertThat(heard.header("content-length")).as(call.toString()).contains("0");
    }

    /** Refused with one line of text, whatever was asked for. */
    public void failed(HttpUser user, Call call, int status, String message) throws Exception {
        Heard heard = administrator(user, call.with("Accept", "application/json"));
        assertThat(heard.status()).as(call + " by " + user + ": " + heard).isEqualTo(status);
        assertThat(heard.header("content-type")).contains("text/plain;charset=UTF-8");
        assertThat(heard.body()).contains(message).doesNotContain("\n").isNotBlank();
    }

    private Heard administrator(HttpUser user, Call call) throws Exception {
        return answer(
                user, call.headers().containsKey("appKey") ? call : call.with("appKey", cluster.administratorKey()));
    }

    /** Whatever the answer is, it is as the document says. */
    public Heard answer(HttpUser user, Call call) throws Exception {
        Heard heard = user.send(call);
        heard.cookie("TWXNODE").ifPresent(answered::add);
        if (heard.status() != 405) {
            assertThat(document.problems(call, heard)).as(call + " by " + user).isEmpty();
        }
        return heard;
    }

    /** JSON that is written with apostrophes. */
    public static String json(String text) {
        return text.replace('\'', '"');
    }

    /** The same, read. */
    public static JsonNode tree(String text) throws Exception {
        return Json.read(json(text));
    }

    @Override
    public void close() throws Exception {
        haproxy.close();
    }
}
