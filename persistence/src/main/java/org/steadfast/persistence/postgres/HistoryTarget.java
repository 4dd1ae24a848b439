package org.steadfast.persistence.postgres;

/** Where history goes from the transaction that writes it. */
public enum HistoryTarget {
    /** It stays in this database. */
    STAYS,
    /** It waits in this database until it is moved to another store, as far as that can hold it. */
    MOVES
}
