package org.steadfast.foundation.model;

import java.util.List;

/** A bundle of which at least one entity cannot be stored; so none was. */
public final class RefusedBundleException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Refusal> refusals;

    /** @param refusals at least one */
    public RefusedBundleException(List<Refusal> refusals) {
        super(refusals.size() + " refused, the first: " + refusals.get(0));
        this.refusals = List.copyOf(refusals);
    }

    /**
     * Why something is refused.
     *
     * @param what such as {@code Things/Pump}
     * @param why one line
     */
    public record Refusal(String what, String why) {
        @Override
        public String toString() {
            return what + ": " + why;
        }
    }

    /** Everything that is refused. */
    public List<Refusal> refusals() {
        return refusals;
    }
}
