package org.steadfast.foundation.webhook;

import java.util.List;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.settings.Setting;

/** How requests go to servers outside. */
public record WebhookSettings(
        @Setting(
                key = "Threads",
                byDefault = "16",
                min = 1,
                max = 256,
                meaning =
                        "How many webhooks this node calls at a time. Subscriptions of other things that call nobody do not wait for them.")
        int threads,

        @Setting(
                key = "AllowedHosts",
                byDefault = "",
                meaning =
                        "Hosts that webhooks may call: names, *.example.com for all below one, or * for any, those of your own network too. Empty: none.")
        List<String> allowedHosts,

        @Setting(
                key = "SigningKey",
                byDefault = "",
                meaning =
                        "With this key the requests of webhooks are signed, so that a receiver that has it too can tell them from others. Empty: they are not.")
        Secret signingKey) {
    /** Where this section stands in the settings file. */
    public static final String PATH = "PlatformSettingsConfig.WebhookSettings";

    public WebhookSettings {
        allowedHosts = List.copyOf(allowedHosts);
        AllowedHosts.check(allowedHosts);
    }
}
