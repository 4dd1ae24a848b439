package org.steadfast.coordination.link;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.steadfast.coordination.settings.Secret;

/** The key that opens links. Safe for use by several threads. */
public final class LinkKey {
    /** Header of the upgrade request that carries the key. */
    public static final String KEY_HEADER = "Steadfast-Link-Key";
    /** Header of the upgrade request that says what the connection server is called in this life of it. */
    public static final String NODE_HEADER = "Steadfast-Node";
    /** Header of the upgrade request that offers versions of the frames: numbers, separated by commas. */
    public static final String VERSION_HEADER = "Steadfast-Link-Version";

    private final byte[] key;

    public LinkKey(Secret key) {
        this.key = key.reveal().getBytes(StandardCharsets.UTF_8);
    }

    /** True where the shown key is this one; takes as long for a nearly right key as for a wrong one. */
    public boolean matches(String shown) {
        return shown != null && MessageDigest.isEqual(key, shown.getBytes(StandardCharsets.UTF_8));
    }
}
