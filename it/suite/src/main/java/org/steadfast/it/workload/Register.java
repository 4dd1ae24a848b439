package org.steadfast.it.workload;

/** A NUMBER property that clients read and write. */
public record Register(String thing, String property) {
    /** What a history calls it. */
    public String name() {
        return thing + "." + property;
    }

    String path() {
        return "Things/" + thing + "/Properties/" + property;
    }
}
