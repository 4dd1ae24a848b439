package org.steadfast.distribution.balancer;

import java.util.Optional;

/**
 * What becomes of users who speak plain HTTP where TLS is spoken.
 *
 * @param redirected where they are sent on
 * @param refused where they are told so
 */
record PlainUsers(Optional<ListenAddress> redirected, Optional<ListenAddress> refused) {

    boolean isEmpty() {
        return redirected.isEmpty() && refused.isEmpty();
    }

    /** @param rest where users should connect to */
    String frontends(ListenAddress rest) {
        StringBuilder text = new StringBuilder();
        redirected.ifPresent(address -> text.append(frontend(
                "plain-rest-redirected",
                address,
                "  http-request redirect location https://%[req.hdr(host),regsub(:[0-9]+$,)]:" + rest.port()
                        + "%[capture.req.uri] code 308")));
        refused.ifPresent(address -> text.append(frontend(
                "plain-rest-refused",
                address,
                "  http-request return status 403 content-type text/plain string \"Speak https to port " + rest.port()
                        + ". A key that was just sent could be read on its way.\"")));
        return text.toString();
    }

    private static String frontend(String name, ListenAddress address, String answer) {
        return "\nfrontend " + name + "\n  mode http\n  bind " + address + "\n  timeout client 30s\n" + answer + "\n";
    }
}
