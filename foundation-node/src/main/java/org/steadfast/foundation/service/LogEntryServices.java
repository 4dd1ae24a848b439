package org.steadfast.foundation.service;

import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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

/** What foundation nodes have logged last, whichever of them is asked. For administrators. */
final class LogEntryServices {
    private static final int LONGEST_EXPRESSION = 1_000;
    private static final int SHOWN_BY_DEFAULT = 500;
    private static final int MOST_SHOWN = 5_000;

    private final ClusterLogs logs;

    LogEntryServices(ClusterLogs logs) {
        this.logs = logs;
    }

    /** @param above logger that the entries' ones are below; empty for all */
    BuiltInService query(String above) {
        return BuiltInService.reading(
                        "QueryLogEntries(startDate:DATETIME, endDate:DATETIME, maxItems:NUMBER, fromLogLevel:STRING,"
                                + " toLogLevel:STRING, searchExpression:STRING, isRegex:BOOLEAN, user:STRING, thread:STRING,"
                                + " origin:STRING, instance:STRING, session:STRING, oldestFirst:BOOLEAN) -> result:INFOTABLE",
                        request -> query(request, above))
                .needing(BuiltInService.Need.ADMINISTRATE);
    }

    private CompletionStage<ServiceResult> query(ServiceRequest request, String above) throws ServiceException {
        LogQuery query = new LogQuery(
                request.time("startDate", Long.MIN_VALUE),
                request.time("endDate", Long.MAX_VALUE),
                level(request, "fromLogLevel", LogLevel.TRACE),
                level(request, "toLogLevel", LogLevel.ERROR),
                above,
                text(request),
                request.flag("isRegex", false),
                request.text("session", ""),
                request.text("thread", ""),
                request.text("origin", ""),
                request.count("maxItems", SHOWN_BY_DEFAULT, MOST_SHOWN),
                request.flag("oldestFirst", false));
        if (!request.text("user", "").isEmpty()) {
            // No entry has one.
            return CompletableFuture.completedFuture(rows(List.of(), query));
        }
        return logs.find(query, request.text("instance", "")).thenApply(found -> rows(found, query));
    }

    private static LogLevel level(ServiceRequest request, String parameter, LogLevel otherwise)
            throws ServiceException {
        String text = request.text(parameter, "");
        return text.isEmpty() ? otherwise : LogServices.level(request, parameter);
    }

    private static String text(ServiceRequest request) throws ServiceException {
        String text = request.text("searchExpression", "");
        if (text.length() > LONGEST_EXPRESSION) {
            throw request.invalid("searchExpression", "has more than " + LONGEST_EXPRESSION + " characters");
        }
        if (request.flag("isRegex", false)) {
            try {
                var unused = LogQuery.pattern(text);
            } catch (PatternSyntaxException e) {
                throw request.invalid("searchExpression", "is no regular expression: " + e.getDescription());
            }
        }
        return text;
    }

    /** One line of the answer: an entry, or that a node could not tell its own. */
    private record Line(String platformId, LogEntry entry) {}

    private static ServiceResult rows(List<FoundEntries> found, LogQuery query) {
        List<Line> lines = new ArrayList<>();
        List<Line> failures = new ArrayList<>();
        for (FoundEntries each : found) {
            each.entries().forEach(entry -> lines.add(new Line(each.platformId(), entry)));
            if (!each.failure().isEmpty()) {
                failures.add(new Line(each.platformId(), failure(each.failure())));
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
}
