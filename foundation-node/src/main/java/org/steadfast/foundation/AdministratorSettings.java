package org.steadfast.foundation;

import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.settings.Setting;

/** The first way in: an application key that the platform has from its first start. */
public record AdministratorSettings(
        @Setting(
                key = "InitialApplicationKey",
                meaning =
                        "An application key of the user Administrator, at least 16 characters long; changing it here replaces the old one at the next start.")
        Secret initialApplicationKey) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.AdministratorUserSettings";

    private static final int SHORTEST_KEY = 16;

    public AdministratorSettings {
        if (initialApplicationKey.reveal().length() < SHORTEST_KEY) {
            throw new IllegalArgumentException("InitialApplicationKey has fewer than " + SHORTEST_KEY + " characters");
        }
    }
}
