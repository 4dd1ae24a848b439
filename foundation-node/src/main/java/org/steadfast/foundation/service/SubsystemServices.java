package org.steadfast.foundation.service;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/**
 * Whether the parts of the platform run, and what this node measures of them: the figures of {@code /Thingworx/Metrics}, by the
 * subsystem of the reference that does the same. For administrators.
 */
final class SubsystemServices {
    /** Subsystems by what the names of their figures begin with. */
    private static final Map<String, List<String>> SUBSYSTEMS = subsystems();

    private final MeterRegistry registry;

    SubsystemServices(MeterRegistry registry) {
        this.registry = registry;
    }

    private static Map<String, List<String>> subsystems() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        all.put("PlatformSubsystem", List.of("steadfast.rest.", "steadfast.scripts.", "steadfast.tls."));
        all.put("EventProcessingSubsystem", List.of("steadfast.events", "steadfast.subscriptions."));
        all.put("ValueStreamProcessingSubsystem", List.of("steadfast.ingestion."));
        all.put("WSCommunicationsSubsystem", List.of("steadfast.links."));
        all.put(
                "ClusteringSubsystem",
                List.of(
                        "steadfast.state.",
                        "steadfast.lease.",
                        "steadfast.incarnation",
                        "steadfast.singleton",
                        "steadfast.schedules",
                        "steadfast.clock."));
        all.put(FileTransferServices.SUBSYSTEM, List.of("steadfast.transfers.", "steadfast.repository."));
        // The audit log is written before the answer: it has no queue to measure.
        all.put("AuditSubsystem", List.of());
        return all;
    }

    static List<String> names() {
        return List.copyOf(SUBSYSTEMS.keySet());
    }

    List<BuiltInService> services(String subsystem) {
        return List.of(
                // They start and stop with the node: whoever gets an answer has them running.
                BuiltInService.reading(
                                "IsRunning() -> result:BOOLEAN",
                                request -> CompletableFuture.completedFuture(ServiceResult.of(new Value.Bool(true))))
                        .needing(BuiltInService.Need.ADMINISTRATE),
                BuiltInService.reading("GetPerformanceMetrics() -> result:INFOTABLE", request -> metrics(subsystem))
                        .needing(BuiltInService.Need.ADMINISTRATE));
    }

    private CompletionStage<ServiceResult> metrics(String subsystem) {
        List<String> prefixes = SUBSYSTEMS.get(subsystem);
        Map<String, List<Value>> rows = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            Meter.Id id = meter.getId();
            if (prefixes.stream().anyMatch(id.getName()::startsWith)) {
                for (Measurement measurement : meter.measure()) {
                    String name = name(id, measurement);
                    String description = id.getDescription() == null ? "" : id.getDescription();
                    // What was not measured yet is no figure.
                    if (Double.isFinite(measurement.getValue())) {
                        rows.put(
                                name,
                                List.of(
                                        Value.string(name),
                                        Value.string(description),
                                        Value.number(measurement.getValue())));
                    }
                }
            }
        }
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(new Infotable(
                List.of(
                        new FieldDefinition("name", BaseType.STRING),
                        new FieldDefinition("description", BaseType.STRING),
                        new FieldDefinition("value", BaseType.NUMBER)),
                List.copyOf(rows.values())))));
    }

    /** Such as {@code steadfast.rest.requests{method=GET,status=200}.count}. */
    private static String name(Meter.Id id, Measurement measurement) {
        StringBuilder name = new StringBuilder(id.getName());
        List<String> tags = new ArrayList<>();
        for (Tag tag : id.getTags()) {
            tags.add(tag.getKey() + "=" + tag.getValue());
        }
        if (!tags.isEmpty()) {
            name.append('{').append(String.join(",", tags)).append('}');
        }
        return name.append('.')
                .append(measurement.getStatistic().name().toLowerCase(Locale.ROOT))
                .toString();
    }
}
