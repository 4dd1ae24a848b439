package org.steadfast.coordination.settings;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the JSON of one setting into the Java value that its record component holds. */
final class SettingValues {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,15})\\s*(ms|s|min|h|d)?");
    private static final Pattern ENVIRONMENT = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)}");

    private final SecretStore secrets;
    private final Map<String, String> environment;
    private final Path folder;

    SettingValues(SecretStore secrets, Map<String, String> environment, Path folder) {
        this.secrets = secrets;
        this.environment = environment;
        this.folder = folder;
    }

    /** A setting's value that cannot be used; the message completes a sentence that begins with the setting's path. */
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableException(String message) {
            super(message);
        }

        UnusableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    Object convert(JsonNode node, RecordComponent component, Setting setting) throws UnusableException {
        Class<?> type = component.getType();
        if (type == List.class) {
            return list(node, setting);
        }
        if (node.isContainerNode()) {
            throw new UnusableException(
                    "must be " + describe(type) + ", not " + (node.isArray() ? "a list" : "an object"));
        }
        if (!node.isTextual() && isText(type)) {
            throw new UnusableException("must be " + describe(type) + " in quotes, not "
                    + (node.isNumber() ? "a number" : "true or false"));
        }
        String text = resolveEnvironment(node.asText());
        if (type == Secret.class) {
            return text.isEmpty() && setting.byDefault().isEmpty() ? new Secret("") : secret(text);
        }
        if (type == String.class) {
            return matching(text, setting);
        }
        if (type == int.class) {
            return (int) within(
                    number(text),
                    Math.max(setting.min(), Integer.MIN_VALUE),
                    Math.min(setting.max(), Integer.MAX_VALUE));
        }
        if (type == long.class) {
            return within(number(text), setting.min(), setting.max());
        }
        if (type == boolean.class) {
            return truth(text);
        }
        if (type == Duration.class) {
            return duration(text, setting);
        }
        if (type == Path.class) {
            return text.isEmpty() && setting.byDefault().isEmpty() ? Path.of("") : path(text);
        }
        if (type.isEnum()) {
            return constant(text, type);
        }
        throw new IllegalStateException("settings cannot be of " + type);
    }

    /** Whether a number or a truth value cannot stand for the type: what the file's reader made of it may look different. */
    private static boolean isText(Class<?> type) {
        return type == String.class || type == Path.class || type == Secret.class || type.isEnum();
    }

    static String describe(Class<?> type) {
        if (type == int.class || type == long.class) {
            return "a whole number";
        }
        if (type == boolean.class) {
            return "true or false";
        }
        if (type == Duration.class) {
            return "a number of milliseconds or a text such as \"10 s\"";
        }
        if (type == Path.class) {
            return "a path";
        }
        if (type == Secret.class) {
            return "a secret: encrypt.<name>, ${env:NAME} or the text itself";
        }
        if (type == List.class) {
            return "a list of texts";
        }
        if (type.isEnum()) {
            return "one of " + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT);
        }
        return "a text";
    }

    /** Whether a text says where a secret is, in the keystore or in the environment, and is none itself. */
    static boolean isSecretsName(String text) {
        return text.isEmpty()
                || text.startsWith(SecretStore.PREFIX)
                || ENVIRONMENT.matcher(text).matches();
    }

    private String resolveEnvironment(String text) throws UnusableException {
        Matcher matcher = ENVIRONMENT.matcher(text);
        if (!matcher.matches()) {
            return text;
        }
        String value = environment.get(matcher.group(1));
        if (value == null) {
            throw new UnusableException("the environment variable " + matcher.group(1) + " is not set");
        }
        return value;
    }

    private Secret secret(String text) throws UnusableException {
        if (text.isEmpty()) {
            throw new UnusableException("the secret is empty");
        }
        if (!text.startsWith(SecretStore.PREFIX)) {
            return new Secret(text);
        }
        String name = text.substring(SecretStore.PREFIX.length());
        try {
            return secrets.find(name)
                    .orElseThrow(() -> new UnusableException("the keystore in " + folder + " has no secret " + name));
        } catch (IOException e) {
            throw new UnusableException(e.getMessage(), e);
        }
    }

    private List<String> list(JsonNode node, Setting setting) throws UnusableException {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : node.isArray() ? node : List.of(node)) {
            if (!element.isTextual()) {
                throw new UnusableException("must be a list of texts");
            }
            String text = resolveEnvironment(element.asText());
            if (node.isArray()) {
                texts.add(text);
            } else {
                for (String part : text.split(",", -1)) {
                    if (!part.isBlank()) {
                        texts.add(part.strip());
                    }
                }
            }
        }
        for (String text : texts) {
            matching(text, setting);
        }
        return List.copyOf(texts);
    }

    private static String matching(String text, Setting setting) throws UnusableException {
        if (!setting.pattern().isEmpty() && !text.matches(setting.pattern())) {
            throw new UnusableException("must match " + setting.pattern() + ", not \"" + text + "\"");
        }
        return text;
    }

    private static long number(String text) throws UnusableException {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new UnusableException("must be a whole number, not \"" + text + "\"", e);
        }
    }

    private static long within(long number, long min, long max) throws UnusableException {
        if (number < min || number > max) {
            throw new UnusableException("must lie between " + min + " and " + max + ", not " + number);
        }
        return number;
    }

    private static boolean truth(String text) throws UnusableException {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new UnusableException("must be true or false, not \"" + text + "\"");
        };
    }

    private static Duration duration(String text, Setting setting) throws UnusableException {
        Matcher matcher = DURATION.matcher(text.strip());
        if (!matcher.matches()) {
            throw new UnusableException("must be " + describe(Duration.class) + ", not \"" + text + "\"");
        }
        long number = Long.parseLong(matcher.group(1));
        TimeUnit unit = matcher.group(2) == null ? TimeUnit.MILLISECONDS : unit(matcher.group(2));
        // Too long a time becomes the longest that there is.
        return Duration.ofMillis(within(unit.toMillis(number), setting.min(), setting.max()));
    }

    private static TimeUnit unit(String name) {
        return switch (name) {
            case "s" -> TimeUnit.SECONDS;
            case "min" -> TimeUnit.MINUTES;
            case "h" -> TimeUnit.HOURS;
            case "d" -> TimeUnit.DAYS;
            default -> TimeUnit.MILLISECONDS;
        };
    }

    /** Relative paths are seen from the folder of the settings, so that an instance can be moved as a whole. */
    private Path path(String text) throws UnusableException {
        try {
            return folder.toAbsolutePath().resolve(text).normalize();
        } catch (InvalidPathException e) {
            throw new UnusableException("is not a path: " + e.getMessage(), e);
        }
    }

    private static Object constant(String text, Class<?> type) throws UnusableException {
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().replace('_', '-').equalsIgnoreCase(text.replace('_', '-'))) {
                return constant;
            }
        }
        throw new UnusableException("must be " + describe(type) + ", not \"" + text + "\"");
    }
}
