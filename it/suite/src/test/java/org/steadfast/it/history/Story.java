package org.steadfast.it.history;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A small history made by hand: operations with their times. */
final class Story {
    static final String PROPERTY = "Tank.level";

    private final List<Operation> operations = new ArrayList<>();

    Story wrote(long value, long from, long to) {
        return write(value, from, to, Operation.Outcome.OK);
    }

    Story failed(long value, long from, long to) {
        return write(value, from, to, Operation.Outcome.FAILED);
    }

    Story unknown(long value, long from, long to) {
        return write(value, from, to, Operation.Outcome.UNKNOWN);
    }

    private Story write(long value, long from, long to, Operation.Outcome outcome) {
        operations.add(Operation.write(PROPERTY, "writer" + value, "foundation1", value, from, to, outcome));
        return this;
    }

    Story read(long value, long from, long to) {
        return read(OptionalLong.of(value), from, to);
    }

    Story readNothing(long from, long to) {
        return read(OptionalLong.empty(), from, to);
    }

    private Story read(OptionalLong value, long from, long to) {
        operations.add(lastRead(value, from, to));
        return this;
    }

    static Operation lastRead(OptionalLong value, long from, long to) {
        return Operation.read(PROPERTY, "reader", "foundation2", value, from, to);
    }

    List<Operation> operations() {
        return operations;
    }

    History history() {
        History history = new History();
        operations.forEach(history::add);
        return history;
    }

    List<Violation> violations() {
        return new RegisterChecker().check(PROPERTY, operations);
    }

    List<Violation.Kind> kinds() {
        return violations().stream().map(Violation::kind).toList();
    }
}
