package org.steadfast.persistence.query;

/** How much work is left that something may take. One step is about the comparison of two characters. Used by one thread. */
public final class Steps {
    private long left;

    /** @param most steps that may be taken */
    public Steps(long most) {
        this.left = most;
    }

    /** Takes steps, and says whether there were enough. */
    public boolean take(long steps) {
        left -= steps;
        return left >= 0;
    }

    /** Whether more were taken than there were; what was found since is worth nothing. */
    public boolean areSpent() {
        return left < 0;
    }
}
