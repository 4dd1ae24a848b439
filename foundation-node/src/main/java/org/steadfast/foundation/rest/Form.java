package org.steadfast.foundation.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.QuotedQualityCSV;

/** The form in which a client wants its answer. */
enum Form {
    JSON("application/json;charset=UTF-8"),
    XML("text/xml;charset=UTF-8"),
    CSV("text/csv;charset=UTF-8;header=present"),
    HTML("text/html;charset=UTF-8");

    private static final String ACCEPT = "Accept";

    private final String contentType;

    Form(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    /**
     * What a request asks for, empty where it leaves that to us: by the parameter {@code Accept} of the query, which some clients cannot do
     * without, or by the header. Of what we know, that which the client likes best.
     *
     * @throws RestException 400 if the query is not well formed
     */
    static Optional<Form> wanted(HttpServletRequest request) throws RestException {
        Optional<String> inQuery = Query.find(request.getQueryString(), ACCEPT);
        List<String> accepted =
                inQuery.isPresent() ? List.of(inQuery.get()) : Collections.list(request.getHeaders(ACCEPT));
        if (accepted.isEmpty() || accepted.equals(List.of("*/*"))) {
            return Optional.empty();
        }
        QuotedQualityCSV byPreference = new QuotedQualityCSV();
        accepted.forEach(byPreference::addValue);
        List<String> types = byPreference.getValues();
        // Java's own client, and programs made with it, name it without wanting it: browsers name XHTML as well.
        boolean isBrowser = types.size() == 1 || types.stream().anyMatch(type -> isType(type, "application/xhtml+xml"));
        return types.stream()
                .map(type -> of(type, isBrowser))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Form> of(String type, boolean isBrowser) {
        if (isType(type, "application/json") || isType(type, "application/json-compressed")) {
            return Optional.of(JSON);
        }
        if (isType(type, "text/xml") || isType(type, "application/xml")) {
            return Optional.of(XML);
        }
        if (isType(type, "text/csv")) {
            return Optional.of(CSV);
        }
        return isBrowser && isType(type, "text/html") ? Optional.of(HTML) : Optional.empty();
    }

    /** Whatever parameters stand behind it. */
    private static boolean isType(String accepted, String type) {
        int end = accepted.indexOf(';');
        return (end < 0 ? accepted : accepted.substring(0, end))
                .strip()
                .toLowerCase(Locale.ROOT)
                .equals(type);
    }
}
