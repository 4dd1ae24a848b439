package org.steadfast.foundation.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;

/**
 * Keeps other sites from sending requests with what a browser adds by itself: a cookie, or a user and password that it remembers.
 * They can make it do so, but cannot make it send the header {@code X-XSRF-TOKEN}. Stateless.
 */
final class CrossSite {
    private static final String XSRF = "X-XSRF-TOKEN";

    private CrossSite() {}

    /** @throws RestException 403 unless a request only reads or has the header; for sessions, which browsers alone have */
    static void requireToken(HttpServletRequest request) throws RestException {
        if (!isReading(request) && request.getHeader(XSRF) == null) {
            throw new RestException(403, "the header " + XSRF + " is needed with everything but GET in a session");
        }
    }

    /**
     * For passwords, which programs send as well: they say nothing of a site, and need no header.
     *
     * @throws RestException 403 if a browser says that another site makes it send a request that does not only read
     */
    static void refuse(HttpServletRequest request) throws RestException {
        if (!isReading(request) && request.getHeader(XSRF) == null && isFromElsewhere(request)) {
            throw new RestException(
                    403, "the request comes from a page of another site; the header " + XSRF + " is needed with it");
        }
    }

    private static boolean isReading(HttpServletRequest request) {
        return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    }

    private static boolean isFromElsewhere(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        // A site is more than a host: another host of the same domain may be in other hands.
        if (site != null && (site.equalsIgnoreCase("cross-site") || site.equalsIgnoreCase("same-site"))) {
            return true;
        }
        String origin = request.getHeader("Origin");
        return origin != null && !isHost(origin.toLowerCase(Locale.ROOT), request.getHeader("Host"));
    }

    /** The scheme is not compared: it is another one behind a load balancer that ends TLS. */
    private static boolean isHost(String origin, String host) {
        int end = origin.indexOf("://");
        if (end < 0 || host == null) {
            return false;
        }
        String port = origin.startsWith("https:") ? ":443" : ":80";
        return without(port, origin.substring(end + "://".length()))
                .equals(without(port, host.toLowerCase(Locale.ROOT)));
    }

    private static String without(String port, String host) {
        return host.endsWith(port) ? host.substring(0, host.length() - port.length()) : host;
    }
}
