package org.steadfast.foundation.schedule;

/** The two kinds of schedules, as the reference has them. */
public enum ScheduleKind {
    /** Fires again and again after the same time. */
    TIMER("Timer", "Timer", "TimerSettings"),
    /** Fires at times of the calendar. */
    SCHEDULER("Scheduler", "ScheduledEvent", "SchedulerSettings");

    /** The configuration table that says when it fires. */
    public static final String TABLE = "Settings";

    private final String template;
    private final String event;
    private final String dataShape;

    ScheduleKind(String template, String event, String dataShape) {
        this.template = template;
        this.event = event;
        this.dataShape = dataShape;
    }

    /** The template that such things come from. */
    public String template() {
        return template;
    }

    /** The event that a fire is. */
    public String event() {
        return event;
    }

    /** The data shape of its settings. */
    public String dataShape() {
        return dataShape;
    }
}
