package org.steadfast.foundation.service;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.steadfast.foundation.logs.ClusterLogs;
import org.steadfast.foundation.logs.LogLevel;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/**
 * How much foundation nodes log, and by {@link LogEntryServices} what they have, by the logs of the reference, each of which is a part of the
 * node's one log. For administrators.
 */
final class LogServices {
    /** The log that every other one is a part of. */
    private static final String ALL = "ApplicationLog";
    /** By the logger that stands above what is in it. */
    private static final Map<String, String> LOGS = logs();

    private static final Pattern LOGGER =
            Pattern.compile("[A-Za-z_$][A-Za-z0-9_$]*(\\.[A-Za-z_$][A-Za-z0-9_$]*){0,30}");
    private static final int LONGEST_LOGGER = 200;

    private final ClusterLogs logs;
    private final LogEntryServices entries;

    LogServices(ClusterLogs logs) {
        this.logs = logs;
        this.entries = new LogEntryServices(logs);
    }

    private static Map<String, String> logs() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(ALL, "org.steadfast");
        all.put("ScriptLog", "org.steadfast.foundation.script");
        all.put("SecurityLog", "org.steadfast.foundation.security");
        all.put("CommunicationLog", "org.steadfast.foundation.link");
        all.put("DatabaseLog", "org.steadfast.persistence");
        return all;
    }

    static List<String> names() {
        return List.copyOf(LOGS.keySet());
    }

    List<BuiltInService> services(String name) {
        String above = LOGS.get(name);
        return List.of(
                entries.query(name.equals(ALL) ? "" : above),
                BuiltInService.reading("GetLogLevel() -> result:INFOTABLE", request -> level(above))
                        .needing(BuiltInService.Need.ADMINISTRATE),
                BuiltInService.changing("SetLogLevel(level:STRING*) -> result:NOTHING", request -> set(request, above))
                        .needing(BuiltInService.Need.ADMINISTRATE),
                BuiltInService.reading("GetSubLoggerLevels() -> result:INFOTABLE", request -> own(name, above))
                        .needing(BuiltInService.Need.ADMINISTRATE),
                BuiltInService.changing(
                                "SetSubLoggerLevel(name:STRING*, level:STRING*) -> result:NOTHING",
                                request -> set(request, logger(request, name, above)))
                        .needing(BuiltInService.Need.ADMINISTRATE));
    }

    /** A level that must be given. */
    static LogLevel level(ServiceRequest request, String parameter) throws ServiceException {
        return LogLevel.of(request.text(parameter))
                .orElseThrow(() -> request.invalid(parameter, "must be one of " + List.of(LogLevel.values())));
    }

    private static boolean isPartOf(String logger, String name, String above) {
        // Libraries log as well.
        return name.equals(ALL) || logger.equals(above) || logger.startsWith(above + ".");
    }

    private static String logger(ServiceRequest request, String name, String above) throws ServiceException {
        String logger = request.text("name");
        if (logger.length() > LONGEST_LOGGER || !LOGGER.matcher(logger).matches()) {
            throw request.invalid("name", "is no name of a logger; one is org.steadfast.foundation.event");
        }
        if (!isPartOf(logger, name, above)) {
            throw request.invalid(
                    "name", logger + " is not in the " + name + ", which has " + above + "; the " + ALL + " has all");
        }
        return logger;
    }

    private CompletionStage<ServiceResult> level(String logger) {
        Infotable.Builder rows = new Infotable.Builder(new FieldDefinition("name", BaseType.STRING));
        rows.row(Value.string(logs.of(logger)));
        return done(rows);
    }

    private CompletionStage<ServiceResult> own(String name, String above) {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("fieldName", BaseType.STRING), new FieldDefinition("fieldValue", BaseType.STRING));
        new TreeMap<>(logs.own()).forEach((logger, level) -> {
            if (!logger.isEmpty() && isPartOf(logger, name, above)) {
                rows.row(Value.string(logger), Value.string(level));
            }
        });
        return done(rows);
    }

    private static CompletionStage<ServiceResult> done(Infotable.Builder rows) {
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(rows.build())));
    }

    private CompletionStage<ServiceResult> set(ServiceRequest request, String logger) throws ServiceException {
        LogLevel level = level(request, "level");
        return logs.set(request.principal().user(), logger, level)
                .thenCompose(isEverywhere -> isEverywhere
                        ? CompletableFuture.completedFuture(ServiceResult.NOTHING)
                        : CompletableFuture.failedFuture(new ServiceException(
                                ServiceException.Kind.UNAVAILABLE,
                                "this node logs so now, others have not said whether they do")));
    }
}
