package org.steadfast.it.contract;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request.
 *
 * @param address after {@code /Thingworx/}, encoded, with its query
 * @param body JSON unless the headers say otherwise
 * @param upload a file that is sent as a form
 */
public record Call(
        String method, String address, Map<String, String> headers, Optional<String> body, Optional<Upload> upload) {

    /**
     * A file in a form.
     *
     * @param texts that are sent before it, by the names of their parts
     * @param part what its part of the form is called
     */
    public record Upload(Map<String, String> texts, String part, Path file) {}

    public static Call get(String address) {
        return new Call("GET", address, Map.of(), Optional.empty(), Optional.empty());
    }

    public static Call delete(String address) {
        return new Call("DELETE", address, Map.of(), Optional.empty(), Optional.empty());
    }

    public static Call put(String address, String json) {
        return get(address).sending("PUT", json);
    }

    public static Call post(String address, String json) {
        return get(address).sending("POST", json);
    }

    /** Invokes a service without any body. */
    public static Call post(String address) {
        return new Call("POST", address, Map.of(), Optional.empty(), Optional.empty());
    }

    /** Sends a file. */
    public static Call upload(String address, String part, Path file) {
        return upload(address, Map.of(), part, file);
    }

    /** Sends a file with texts before it. */
    public static Call upload(String address, Map<String, String> texts, String part, Path file) {
        return new Call(
                "POST",
                address,
                Map.of("X-XSRF-TOKEN", "TWX-XSRF-TOKEN-VALUE"),
                Optional.empty(),
                Optional.of(new Upload(texts, part, file)));
    }

    private Call sending(String verb, String json) {
        return new Call(verb, address, headers, Optional.of(json), upload).with("Content-Type", "application/json");
    }

    /** The same with a header; one that is there is replaced. */
    public Call with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Call(method, address, more, body, upload);
    }

    @Override
    public String toString() {
        return method + " " + address + body.map(text -> " " + text).orElse("");
    }
}
