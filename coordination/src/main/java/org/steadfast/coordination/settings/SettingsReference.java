package org.steadfast.coordination.settings;

import java.lang.reflect.RecordComponent;
import java.util.Map;

/** Writes the reference page of settings from the records themselves, so that it cannot differ from what the nodes read. */
public final class SettingsReference {
    private SettingsReference() {}

    /** A Markdown page; {@code sections} maps paths to records, in the order in which they are to stand. */
    public static String markdown(Map<String, Class<? extends Record>> sections) {
        StringBuilder page = new StringBuilder();
        page.append("# Settings\n\n")
                .append(
                        "Made from the code; do not edit. All keys stand in `platform-settings.json` in the ThingworxPlatform\n")
                .append(
                        "location; `nodes/<platform id>.json` beside it overrides them per node; an environment variable such as\n")
                .append(
                        "`STEADFAST__PlatformSettingsConfig__BasicSettings__Storage` overrides both. Comments are allowed.\n")
                .append("Durations are numbers of milliseconds or texts such as `\"10 s\"`, `\"5 min\"`. Secrets are\n")
                .append("`encrypt.<name>` from the keystore, or `${env:NAME}`. An unknown key is an error.\n");
        sections.forEach((path, type) -> {
            page.append("\n## `").append(path).append("`\n\n| key | default | meaning |\n|---|---|---|\n");
            for (RecordComponent component : type.getRecordComponents()) {
                Setting setting = component.getAnnotation(Setting.class);
                page.append("| `")
                        .append(setting.key())
                        .append("` | ")
                        .append(shownDefault(setting))
                        .append(" | ");
                page.append(setting.meaning())
                        .append(bounds(setting, component))
                        .append(" |\n");
            }
        });
        return page.toString();
    }

    private static String shownDefault(Setting setting) {
        if (setting.byDefault().equals(Setting.REQUIRED)) {
            return "required";
        }
        return setting.byDefault().isEmpty() ? "empty" : "`" + setting.byDefault() + "`";
    }

    private static String bounds(Setting setting, RecordComponent component) {
        StringBuilder bounds = new StringBuilder();
        String unit = component.getType() == java.time.Duration.class ? " ms" : "";
        if (setting.min() != Long.MIN_VALUE) {
            bounds.append(" At least ").append(setting.min()).append(unit).append('.');
        }
        if (setting.max() != Long.MAX_VALUE) {
            bounds.append(" At most ").append(setting.max()).append(unit).append('.');
        }
        if (!setting.pattern().isEmpty()) {
            bounds.append(" Matches `")
                    .append(setting.pattern().replace("|", "\\|"))
                    .append("`.");
        }
        if (component.getType().isEnum()) {
            bounds.append(" Must be ")
                    .append(SettingValues.describe(component.getType()))
                    .append('.');
        }
        return bounds.toString();
    }
}
