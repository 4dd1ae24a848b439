package org.steadfast.it.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

/** Small histories: some answered by a real register, some with a few answers changed, some without any sense. */
final class RandomHistories {
    private static final int LONGEST = 9;
    private static final int TIME = 24;

    private final Random random;

    RandomHistories(long seed) {
        this.random = new Random(seed);
    }

    List<Operation> next() {
        int size = 2 + random.nextInt(LONGEST - 1);
        List<Operation> operations = random.nextInt(4) == 0 ? withoutSense(size) : answered(size);
        while (random.nextInt(3) == 0) {
            change(operations);
        }
        return operations;
    }

    private List<Operation> withoutSense(int size) {
        List<Operation> operations = new ArrayList<>();
        int writes = 1 + random.nextInt(size);
        for (int i = 1; i <= size; i++) {
            int from = random.nextInt(TIME);
            int to = from + random.nextInt(TIME - from + 1);
            operations.add(i <= writes ? write(i, from, to, outcome()) : read(anyValue(writes), from, to));
        }
        return operations;
    }

    /** Each operation takes effect on a register at a moment of its own between its invocation and its completion. */
    private List<Operation> answered(int size) {
        record Step(int effect, int from, int to, boolean write, Operation.Outcome outcome) {}
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int effect = random.nextInt(TIME);
            Operation.Outcome outcome = outcome();
            boolean late = outcome == Operation.Outcome.UNKNOWN && random.nextBoolean();
            int from = Math.max(0, effect - random.nextInt(8));
            int to = late ? from + random.nextInt(effect - from + 1) : effect + random.nextInt(8);
            steps.add(new Step(effect, from, to, random.nextInt(5) < 2, outcome));
        }
        steps.sort(Comparator.comparingInt(Step::effect));
        List<Operation> operations = new ArrayList<>();
        OptionalLong held = OptionalLong.empty();
        for (int i = 0; i < size; i++) {
            Step step = steps.get(i);
            if (!step.write()) {
                int to = Math.max(step.to(), step.effect());
                operations.add(read(held, step.from(), to));
                continue;
            }
            operations.add(write(i + 1, step.from(), step.to(), step.outcome()));
            boolean effective = step.outcome() == Operation.Outcome.OK
                    || (step.outcome() == Operation.Outcome.UNKNOWN && random.nextBoolean());
            if (effective) {
                held = OptionalLong.of(i + 1);
            }
        }
        return operations;
    }

    private void change(List<Operation> operations) {
        int index = random.nextInt(operations.size());
        Operation operation = operations.get(index);
        if (operation.kind() == Operation.Kind.READ) {
            operations.set(
                    index, read(anyValue(operations.size()), (int) operation.invoked(), (int) operation.completed()));
        } else {
            operations.set(
                    index,
                    write(
                            (int) operation.value().getAsLong(),
                            (int) operation.invoked(),
                            (int) operation.completed(),
                            outcome()));
        }
    }

    private Operation.Outcome outcome() {
        return switch (random.nextInt(6)) {
            case 0 -> Operation.Outcome.FAILED;
            case 1, 2 -> Operation.Outcome.UNKNOWN;
            default -> Operation.Outcome.OK;
        };
    }

    /** Any value that may have been written, none, or rarely one that was not. */
    private OptionalLong anyValue(int writes) {
        int value = random.nextInt(writes + 2);
        return value == 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static Operation write(int value, int from, int to, Operation.Outcome outcome) {
        return Operation.write(Story.PROPERTY, "c" + value, "n", value, from, to, outcome);
    }

    private static Operation read(OptionalLong value, int from, int to) {
        return Operation.read(Story.PROPERTY, "r", "n", value, from, to);
    }
}
