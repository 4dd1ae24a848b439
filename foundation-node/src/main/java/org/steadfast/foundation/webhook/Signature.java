package org.steadfast.foundation.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.steadfast.coordination.settings.Secret;

/**
 * Tells a receiver that has the key that a request is from here, and when it was made: HMAC-SHA256 (RFC 2104) of the seconds since 1970,
 * a dot, the delivery, a dot and the body. Stateless.
 */
final class Signature {
    static final String HEADER = "Steadfast-Signature";

    private static final String ALGORITHM = "HmacSHA256";

    private Signature() {}

    /** The header's value: {@code t=<seconds>,v1=<lower-case hexadecimal>}. */
    static String of(Secret key, long epochSeconds, String delivery, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM));
            mac.update((epochSeconds + "." + delivery + ".").getBytes(StandardCharsets.US_ASCII));
            return "t=" + epochSeconds + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
