package org.steadfast.coordination.tls;

import java.security.cert.X509Certificate;
import java.util.Optional;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/** The certificate that a client showed. */
public final class ShownCertificate {
    private ShownCertificate() {}

    /** Empty where the client showed none. One that is not from a trusted authority has ended the handshake already. */
    public static Optional<X509Certificate> of(Request request) {
        if (request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE) instanceof EndPoint.SslSessionData session
                && session.peerCertificates() != null
                && session.peerCertificates().length > 0) {
            return Optional.of(session.peerCertificates()[0]);
        }
        return Optional.empty();
    }
}
