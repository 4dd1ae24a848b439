package org.steadfast.foundation.service;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.steadfast.foundation.logs.ClusterLogs;
import org.steadfast.foundation.logs.FoundEntries;
import org.steadfast.foundation.logs.LogEntry;
import org.steadfast.foundation.logs.LogLevel;
import org.steadfast.foundation.logs.LogQuery;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** What foundation nodes have logged last and how much they log, by the logs of the reference, each of which is a part of the node's one log. For administrators. */
final class LogServices {
    /** The log that every other one is a part of. */
    private static final String ALL = "ApplicationLog";
    /** By the logger that stands above what is in it. */
    private static final Map<String, String> LOGS = logs();

    private static final Pattern LOGGER =
            Pattern.compile("[A-Za-z_$][A-Za-z0-9_$]*(\\.[A-Za-z_$][A-Za-z0-9_$]*){0,30}");
    private static final int LONGEST_LOGGER = 200;
    private static final int LONGEST_EXPRESSION = 1_000;
    private static final int SHOWN_BY_DEFAULT = 500;
    private static final int MOST_SHOWN = 5_000;

    private final ClusterLogs logs;

    LogServices(ClusterLogs logs) {
        this.logs = logs;
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
                BuiltInService.reading(
                                "QueryLogEntries(startDate:DATETIME, endDate:DATETIME, maxItems:NUMBER, fromLogLevel:STRING,"
                                        + " toLogLevel:STRING, searchExpression:STRING, isRegex:BOOLEAN, user:STRING, thread:STRING,"
                                        + " origin:STRING, instance:STRING, session:STRING, oldestFirst:BOOLEAN) -> result:INFOTABLE",
                                request -> query(request, name, above))
                        .needing(BuiltInService.Need.ADMINISTRATE),
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

    private CompletionStage<ServiceResult> query(ServiceRequest request, String name, String above)
            throws ServiceException {
        LogQuery query = new LogQuery(
                request.time("startDate", Long.MIN_VALUE),
                request.time("endDate", Long.MAX_VALUE),
                level(request, "fromLogLevel", LogLevel.TRACE),
                level(request, "toLogLevel", LogLevel.ERROR),
                name.equals(ALL) ? "" : above,
                text(request),
                request.flag("isRegex", false),
                request.text("session", ""),
                request.text("thread", ""),
                request.text("origin", ""),
                request.count("maxItems", SHOWN_BY_DEFAULT, MOST_SHOWN),
                request.flag("oldestFirst", false));
        String instance = request.text("instance", "");
        // No entry has one.
        boolean isOfAUser = !request.text("user", "").isEmpty();
        return logs.find(query).thenApply(found -> rows(isOfAUser ? List.of() : found, query, instance));
    }

    private static LogLevel level(ServiceRequest request, String parameter, LogLevel otherwise)
            throws ServiceException {
        String text = request.text(parameter, "");
        return text.isEmpty() ? otherwise : level(request, parameter);
    }

    private static LogLevel level(ServiceRequest request, String parameter) throws ServiceException {
        String text = request.text(parameter).toUpperCase(Locale.ROOT);
        return Arrays.stream(LogLevel.values())
                .filter(one -> one.name().equals(text))
                .findFirst()
                .orElseThrow(() -> request.invalid(parameter, "must be one of " + List.of(LogLevel.values())));
    }

    private static String text(ServiceRequest request) throws ServiceException {
        String text = request.text("searchExpression", "");
        if (text.length() > LONGEST_EXPRESSION) {
            throw request.invalid("searchExpression", "has more than " + LONGEST_EXPRESSION + " characters");
        }
        if (request.flag("isRegex", false)) {
            try {
                var unused = Pattern.compile(text);
            } catch (PatternSyntaxException e) {
                throw request.invalid("searchExpression", "is no regular expression: " + e.getDescription());
            }
        }
        return text;
    }

    /** One line of the answer: an entry, or that a node could not tell its own. */
    private record Line(String platformId, LogEntry entry) {}

    private static ServiceResult rows(List<FoundEntries> found, LogQuery query, String instance) {
        List<Line> lines = new ArrayList<>();
        List<Line> failures = new ArrayList<>();
        for (FoundEntries each : found) {
            if (instance.isEmpty() || instance.equals(each.platformId())) {
                each.entries().forEach(entry -> lines.add(new Line(each.platformId(), entry)));
                if (!each.failure().isEmpty()) {
                    failures.add(new Line(each.platformId(), failure(each.failure())));
                }
            }
        }
        Comparator<Line> byTime = Comparator.comparingLong(line -> line.entry().time());
        lines.sort(query.isOldestFirst() ? byTime : byTime.reversed());
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("timestamp", BaseType.DATETIME),
                new FieldDefinition("level", BaseType.STRING),
                new FieldDefinition("content", BaseType.STRING),
                new FieldDefinition("origin", BaseType.STRING),
                new FieldDefinition("instance", BaseType.STRING),
                new FieldDefinition("thread", BaseType.STRING),
                new FieldDefinition("user", BaseType.STRING),
                new FieldDefinition("session", BaseType.STRING),
                new FieldDefinition("platformId", BaseType.STRING));
        // First, so that nobody takes what follows for everything.
        Stream.concat(failures.stream(), lines.stream().limit(query.count())).forEach(line -> add(rows, line));
        return ServiceResult.of(new Value.Table(rows.build()));
    }

    private static LogEntry failure(String why) {
        return new LogEntry(
                System.currentTimeMillis(), LogLevel.ERROR, "", "", "", "this node does not tell its log: " + why);
    }

    private static void add(Infotable.Builder rows, Line line) {
        LogEntry entry = line.entry();
        rows.row(
                new Value.Datetime(entry.time()),
                Value.string(entry.level().name()),
                Value.string(entry.content()),
                Value.string(entry.origin()),
                Value.string(line.platformId()),
                Value.string(entry.thread()),
                Value.string(""),
                Value.string(entry.request()),
                Value.string(line.platformId()));
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
