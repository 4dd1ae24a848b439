package org.steadfast.foundation.rest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an endpoint is for, as the OpenAPI document tells it. What a handler reads of a request besides its body must stand here:
 * {@link Exchange} gives nothing else.
 *
 * @param summary what it does, one phrase
 * @param tag under which it is grouped
 * @param parameters of the address, the query and the headers
 * @param body what the request holds; empty for nothing
 * @param answers what it is answered with where all goes well, by status
 * @param failures further statuses that it is answered with, besides those that follow from the rest
 * @param open whether it is answered to those who are not logged in
 */
record Operation(
        String summary,
        String tag,
        List<Parameter> parameters,
        Optional<Body> body,
        Map<Integer, Answer> answers,
        List<String> failures,
        boolean open) {

    /** Where a parameter stands. */
    enum Place {
        PATH,
        QUERY,
        /** Any parameter of the query, by whatever name. */
        WHOLE_QUERY,
        HEADER
    }

    /**
     * A parameter.
     *
     * @param meaning what it is, with unit and default where it has one
     */
    record Parameter(Place place, String name, boolean required, String meaning, Schema schema) {}

    /**
     * What a request holds.
     *
     * @param optional whether it may hold nothing instead
     */
    record Body(String mediaType, Schema schema, boolean optional) {}

    /**
     * What a request is answered with.
     *
     * @param content by media type; empty for an empty body
     * @param headers their meanings by name
     */
    record Answer(String meaning, Map<String, Schema> content, Map<String, String> headers) {
        static Answer of(String meaning, String mediaType, Schema schema) {
            return new Answer(meaning, Map.of(mediaType, schema), Map.of());
        }
    }

    /** One that takes nothing and gives nothing; more is said by the methods below. */
    static Operation of(String tag, String summary) {
        return new Operation(
                summary,
                tag,
                List.of(),
                Optional.empty(),
                Map.of(200, new Answer("Done; the body is empty", Map.of(), Map.of())),
                List.of(),
                false);
    }

    /** A name in the address. */
    Operation path(String name, String meaning) {
        return with(new Parameter(Place.PATH, name, true, meaning, Schema.string()));
    }

    /** A parameter of the query that may be missing. */
    Operation query(String name, Schema schema, String meaning) {
        return with(new Parameter(Place.QUERY, name, false, meaning, schema));
    }

    /** A parameter of the query that must be there. */
    Operation neededQuery(String name, Schema schema, String meaning) {
        return with(new Parameter(Place.QUERY, name, true, meaning, schema));
    }

    /** The query may hold what the body does not: parameters of a service. */
    Operation wholeQuery() {
        return with(new Parameter(
                Place.WHOLE_QUERY,
                "parameters",
                false,
                "Parameters of the service, those that the body does not hold",
                Schema.mapOf(Schema.string())));
    }

    Operation header(String name, boolean required, String meaning) {
        return with(new Parameter(Place.HEADER, name, required, meaning, Schema.string()));
    }

    /** The request must hold this. */
    Operation taking(String mediaType, Schema schema) {
        return taking(new Body(mediaType, schema, false));
    }

    /** The request holds this, or nothing. */
    Operation takingAtMost(String mediaType, Schema schema) {
        return taking(new Body(mediaType, schema, true));
    }

    /** The answer holds this. */
    Operation giving(String meaning, String mediaType, Schema schema) {
        return answering(200, Answer.of(meaning, mediaType, schema));
    }

    /** The answer is a JSON document; a table also in the other forms that there are. */
    Operation giving(String meaning, Schema schema) {
        Operation given = giving(meaning, "application/json", schema);
        return Schemas.isTable(schema)
                ? given.orGiving("text/csv", Schema.string())
                        .orGiving("text/html", Schema.string())
                        .orGiving("text/xml", Schema.string())
                : given;
    }

    /** The answer holds either of two. */
    Operation orGiving(String mediaType, Schema schema) {
        Map<String, Schema> content = new TreeMap<>(answers.get(200).content());
        content.put(mediaType, schema);
        return answering(
                200,
                new Answer(answers.get(200).meaning(), content, answers.get(200).headers()));
    }

    /** The answer has a header besides its body. */
    Operation with(String header, String meaning) {
        Map<String, String> headers = new LinkedHashMap<>(answers.get(200).headers());
        headers.put(header, meaning);
        return answering(
                200, new Answer(answers.get(200).meaning(), answers.get(200).content(), headers));
    }

    /** It changes the model: the answer may also be that not every node is known to have the change. */
    Operation changingModel() {
        return answering(
                202,
                Answer.of(
                        "Changed, but it is not known yet whether every node has the change",
                        "text/plain",
                        Schema.string()));
    }

    Operation answering(int status, Answer answer) {
        Map<Integer, Answer> more = new TreeMap<>(answers);
        more.put(status, answer);
        return new Operation(summary, tag, parameters, body, more, failures, open);
    }

    /** It may fail so as well; {@code 4XX} stands for all of these. */
    Operation failing(String... statuses) {
        List<String> more = new ArrayList<>(failures);
        more.addAll(List.of(statuses));
        return new Operation(summary, tag, parameters, body, answers, more, open);
    }

    /** Nobody needs to be logged in for it. */
    Operation toAnyone() {
        return new Operation(summary, tag, parameters, body, answers, failures, true);
    }

    /** The names that the address has. */
    Set<String> names() {
        Set<String> names = new HashSet<>();
        for (Parameter parameter : parameters) {
            if (parameter.place() == Place.PATH) {
                names.add(parameter.name());
            }
        }
        return names;
    }

    /** Whether a request may have such a parameter; headers in any case. */
    boolean knows(Place place, String name) {
        return parameters.stream()
                .anyMatch(parameter -> parameter.place() == place
                        && (place == Place.HEADER
                                ? parameter.name().equalsIgnoreCase(name)
                                : parameter.name().equals(name)));
    }

    boolean takesWholeQuery() {
        return parameters.stream().anyMatch(parameter -> parameter.place() == Place.WHOLE_QUERY);
    }

    private Operation with(Parameter parameter) {
        List<Parameter> more = new ArrayList<>(parameters);
        more.add(parameter);
        return new Operation(summary, tag, List.copyOf(more), body, answers, failures, open);
    }

    private Operation taking(Body taken) {
        return new Operation(summary, tag, parameters, Optional.of(taken), answers, failures, open);
    }
}
