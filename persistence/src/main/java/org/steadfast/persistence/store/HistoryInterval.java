package org.steadfast.persistence.store;

/**
 * The entries of an interval of time, taken together. Numbers are doubles, whatever the property's type is.
 *
 * @param start epoch milliseconds, a multiple of the interval's length
 * @param count how many entries there are; those with a number that is not finite are not counted
 * @param first the number of the earliest entry
 * @param last the number of the latest entry
 */
public record HistoryInterval(
        long start, long count, double minimum, double maximum, double average, double first, double last) {}
