package org.steadfast.foundation.service;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/** One number made of all values of a column. Numbers that are not finite, and cells without a value, do not count. Immutable. */
record ColumnAggregate(Function function, int column, FieldDefinition field) {

    /** What is made of the values. */
    enum Function {
        COUNT,
        SUM,
        AVERAGE,
        MIN,
        MAX
    }

    /**
     * An aggregate by its name.
     *
     * @param of the column's field
     * @return empty where there is none of that name, or none for that base type
     */
    static Optional<ColumnAggregate> of(String name, int column, FieldDefinition of) {
        for (Function function : Function.values()) {
            boolean isNumber = switch (of.baseType()) {
                case NUMBER, INTEGER, LONG -> true;
                default -> false;
            };
            if (function.name().equals(name.toUpperCase(Locale.ROOT)) && (isNumber || function == Function.COUNT)) {
                return Optional.of(new ColumnAggregate(
                        function, column, new FieldDefinition(function + "_" + of.name(), BaseType.NUMBER)));
            }
        }
        return Optional.empty();
    }

    /** {@link Value#NOTHING} where there is nothing to make it of. */
    Value of(List<List<Value>> rows) {
        DoubleSummaryStatistics numbers = new DoubleSummaryStatistics();
        long present = 0;
        for (List<Value> row : rows) {
            Value cell = column < row.size() ? row.get(column) : Value.NOTHING;
            present += cell.isNothing() ? 0 : 1;
            double number = number(cell);
            if (Double.isFinite(number)) {
                numbers.accept(number);
            }
        }
        if (function == Function.COUNT) {
            return Value.number(present);
        }
        if (numbers.getCount() == 0) {
            return Value.NOTHING;
        }
        return Value.number(
                switch (function) {
                    case SUM -> numbers.getSum();
                    case AVERAGE -> numbers.getAverage();
                    case MIN -> numbers.getMin();
                    case MAX -> numbers.getMax();
                    case COUNT -> throw new AssertionError(function);
                });
    }

    private static double number(Value value) {
        if (value instanceof Value.Number number) {
            return number.number();
        }
        if (value instanceof Value.Int integer) {
            return integer.number();
        }
        return value instanceof Value.Long integer ? integer.number() : Double.NaN;
    }
}
