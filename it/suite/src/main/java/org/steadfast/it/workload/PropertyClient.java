package org.steadfast.it.workload;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.util.Optional;
import java.util.OptionalLong;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.history.History;
import org.steadfast.it.history.Operation;

/** Reads and writes through one node, and writes down what is known about each operation. Safe for use by several threads. */
final class PropertyClient {
    private final String node;
    private final RestClient rest;
    private final History history;
    private final Complaints complaints;

    PropertyClient(String node, RestClient rest, History history, Complaints complaints) {
        this.node = node;
        this.rest = rest;
        this.history = history;
        this.complaints = complaints;
    }

    /** Which node it goes through. */
    String node() {
        return node;
    }

    /** Reads; a read that is not answered tells nothing and leaves no trace. */
    Optional<Operation> read(String client, Register register) throws InterruptedException {
        long invoked = history.now();
        RestClient.Answer answer;
        try {
            answer = rest.get(register.path());
        } catch (IOException e) {
            // Its node is away: that is what is being tested.
            return Optional.empty();
        }
        long completed = history.now();
        if (answer.status() != 200) {
            complaints.unlessUnavailable(node, Operation.Kind.READ, answer);
            return Optional.empty();
        }
        Operation read = Operation.read(register.name(), client, node, value(answer, register), invoked, completed);
        history.add(read);
        return Optional.of(read);
    }

    /** A NUMBER that was never set is 0; nobody writes a 0. */
    private static OptionalLong value(RestClient.Answer answer, Register register) {
        JsonNode cell = answer.json().path("rows").path(0).path(register.property());
        if (!cell.isNumber() || cell.asDouble() != cell.asLong()) {
            throw new AssertionError("no whole number was written, but read: " + answer);
        }
        return cell.asLong() == 0 ? OptionalLong.empty() : OptionalLong.of(cell.asLong());
    }

    Operation write(String client, Register register, long value) throws InterruptedException {
        long invoked = history.now();
        Operation.Outcome outcome;
        try {
            outcome = outcome(rest.put(register.path(), "{\"" + register.property() + "\": " + value + "}"));
        } catch (ConnectException | HttpConnectTimeoutException e) {
            // There was no connection that it could have been sent over.
            outcome = Operation.Outcome.FAILED;
        } catch (IOException e) {
            // No answer in time, or the connection broke.
            outcome = Operation.Outcome.UNKNOWN;
        }
        Operation write = Operation.write(register.name(), client, node, value, invoked, history.now(), outcome);
        history.add(write);
        return write;
    }

    /** The node's word that nothing was written is believed, so that the checkers find out where it is wrong. */
    private Operation.Outcome outcome(RestClient.Answer answer) {
        if (answer.status() == 200) {
            return Operation.Outcome.OK;
        }
        complaints.unlessUnavailable(node, Operation.Kind.WRITE, answer);
        boolean promised =
                answer.body().contains("nothing was written") || answer.body().startsWith("the node is not ready");
        return answer.status() == 503 && promised ? Operation.Outcome.FAILED : Operation.Outcome.UNKNOWN;
    }
}
