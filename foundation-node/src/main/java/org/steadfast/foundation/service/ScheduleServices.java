package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.node.BooleanNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.schedule.CronPlan;
import org.steadfast.foundation.schedule.ScheduleKind;
import org.steadfast.foundation.schedule.ScheduleTerms;
import org.steadfast.foundation.security.Authority;
import org.steadfast.persistence.store.ScheduleRunStore;
import org.steadfast.persistence.store.ScheduleStore;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** What timers and schedulers do besides what all things do: begin and cease to fire, and tell what they have fired. */
final class ScheduleServices {
    private static final int SHOWN_BY_DEFAULT = 500;
    private static final int MOST_SHOWN = 10_000;

    private final Model model;
    private final ScheduleStore schedules;
    private final ScheduleRunStore runs;
    private final Authority authority;

    ScheduleServices(Model model, ScheduleStore schedules, ScheduleRunStore runs, Authority authority) {
        this.model = model;
        this.schedules = schedules;
        this.runs = runs;
        this.authority = authority;
    }

    List<BuiltInService> services(ScheduleKind kind) {
        return List.of(
                BuiltInService.defining(
                        "Enable" + kind.template() + "() -> result:NOTHING", request -> enable(request, true)),
                BuiltInService.defining(
                        "Disable" + kind.template() + "() -> result:NOTHING", request -> enable(request, false)),
                BuiltInService.reading("GetScheduleState() -> result:INFOTABLE", this::state),
                BuiltInService.reading(
                        "QueryScheduleRuns(startDate:DATETIME, endDate:DATETIME, maxItems:NUMBER) -> result:INFOTABLE",
                        this::query));
    }

    private static EntityRef ref(ServiceRequest request) {
        return new EntityRef(EntityType.THING, request.entity());
    }

    private CompletionStage<ServiceResult> enable(ServiceRequest request, boolean enabled) throws Exception {
        return ServiceResult.of(model.update(
                ref(request),
                Optional.empty(),
                entity -> model.configuration()
                        .with(entity, ScheduleKind.TABLE, "enabled", BooleanNode.valueOf(enabled))));
    }

    private CompletionStage<ServiceResult> state(ServiceRequest request) throws Exception {
        Entity entity = model.require(ref(request));
        ScheduleTerms terms = model.schedule(entity).orElseThrow();
        OptionalLong last = schedules.progress(List.of(entity.id())).stream()
                .mapToLong(ScheduleStore.Progress::lastFire)
                .findFirst();
        boolean fires = entity.enabled() && terms.enabled();
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("enabled", BaseType.BOOLEAN),
                new FieldDefinition("plan", BaseType.STRING),
                new FieldDefinition("description", BaseType.STRING),
                new FieldDefinition("lastFireTime", BaseType.DATETIME),
                new FieldDefinition("nextFireTime", BaseType.DATETIME),
                new FieldDefinition("misfirePolicy", BaseType.STRING),
                new FieldDefinition("overlapPolicy", BaseType.STRING));
        rows.row(
                new Value.Bool(fires),
                Value.string(terms.plan().text()),
                Value.string(
                        terms.plan() instanceof CronPlan cron
                                ? cron.description()
                                : terms.plan().text()),
                time(last),
                time(fires && last.isPresent() ? terms.plan().next(last.getAsLong()) : OptionalLong.empty()),
                Value.string(terms.misfire().title()),
                Value.string(terms.overlap().title()));
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(rows.build())));
    }

    private CompletionStage<ServiceResult> query(ServiceRequest request) throws Exception {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("fireTime", BaseType.DATETIME),
                new FieldDefinition("claimTime", BaseType.DATETIME),
                new FieldDefinition("epoch", BaseType.LONG),
                new FieldDefinition("singleton", BaseType.STRING),
                new FieldDefinition("missed", BaseType.INTEGER),
                new FieldDefinition("fate", BaseType.STRING),
                new FieldDefinition("thing", BaseType.THINGNAME),
                new FieldDefinition("subscription", BaseType.STRING),
                new FieldDefinition("node", BaseType.STRING),
                new FieldDefinition("startTime", BaseType.DATETIME),
                new FieldDefinition("endTime", BaseType.DATETIME),
                new FieldDefinition("outcome", BaseType.STRING),
                new FieldDefinition("error", BaseType.STRING));
        for (ScheduleRunStore.FireRecord fire : runs.query(
                model.things().require(request.entity()).id(),
                request.time("startDate", 0),
                request.time("endDate", Long.MAX_VALUE),
                request.count("maxItems", SHOWN_BY_DEFAULT, MOST_SHOWN))) {
            rows.row(row(fire, isVisible(request, fire.run())));
        }
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(rows.build())));
    }

    /** What is in a thing, its name and what its scripts say is not for everybody who sees the schedule. */
    private boolean isVisible(ServiceRequest request, Optional<ScheduleRunStore.Run> run) throws ModelException {
        return run.isPresent()
                && authority
                        .of(
                                request.principal(),
                                new EntityRef(EntityType.THING, run.get().subscriber()))
                        .isVisible();
    }

    private static Value[] row(ScheduleRunStore.FireRecord fire, boolean isVisible) {
        Optional<ScheduleRunStore.Run> run = fire.run();
        Optional<ScheduleRunStore.Run> seen = run.filter(one -> isVisible);
        return new Value[] {
            new Value.Datetime(fire.fireTime()),
            new Value.Datetime(fire.claimed()),
            new Value.Long(fire.epoch()),
            Value.string(fire.node()),
            new Value.Int(fire.missed()),
            Value.string(fire.fate().name()),
            seen.map(one -> (Value) new Value.Text(BaseType.THINGNAME, one.subscriber()))
                    .orElse(Value.NOTHING),
            seen.map(one -> Value.string(one.subscription())).orElse(Value.NOTHING),
            run.map(one -> Value.string(one.node())).orElse(Value.NOTHING),
            run.map(one -> (Value) new Value.Datetime(one.started())).orElse(Value.NOTHING),
            time(run.map(ScheduleRunStore.Run::ended).orElse(OptionalLong.empty())),
            run.map(one -> Value.string(one.outcome().name())).orElse(Value.NOTHING),
            seen.map(one -> Value.string(one.error())).orElse(Value.NOTHING)
        };
    }

    private static Value time(OptionalLong millis) {
        return millis.isPresent() ? new Value.Datetime(millis.getAsLong()) : Value.NOTHING;
    }
}
