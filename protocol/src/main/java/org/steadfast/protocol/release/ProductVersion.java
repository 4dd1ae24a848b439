package org.steadfast.protocol.release;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of Steadfast that this process runs, as the build has written it down. */
public final class ProductVersion {
    private ProductVersion() {}

    /** Such as {@code 1.4.2}. */
    public static String get() {
        try (InputStream text = ProductVersion.class.getResourceAsStream("version")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the jar that this class came from cannot be read", e);
        }
    }
}
