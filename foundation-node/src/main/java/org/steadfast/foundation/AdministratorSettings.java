package org.steadfast.foundation;

import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.settings.Setting;
import org.steadfast.foundation.security.InitialPassword;

/** The first ways in: an application key, and a password, that the platform has from its first start. */
public record AdministratorSettings(
        @Setting(
                key = "InitialApplicationKey",
                meaning =
                        "An application key of the user Administrator, at least 16 characters long; changing it here replaces the old one at the next start.")
        Secret initialApplicationKey,

        @Setting(
                key = "InitialPasswordHash",
                byDefault = "",
                meaning =
                        "A hash by Argon2id of the password that the user Administrator gets where it has none yet, as cluster create writes it. Empty: it gets none.")
        Secret initialPasswordHash) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.AdministratorUserSettings";

    private static final int SHORTEST_KEY = 16;

    public AdministratorSettings {
        if (initialApplicationKey.reveal().length() < SHORTEST_KEY) {
            throw new IllegalArgumentException("InitialApplicationKey has fewer than " + SHORTEST_KEY + " characters");
        }
        if (!initialPasswordHash.reveal().isEmpty() && !InitialPassword.isHash(initialPasswordHash)) {
            throw new IllegalArgumentException(
                    "InitialPasswordHash is not a hash by Argon2id; cluster create makes one");
        }
    }
}
