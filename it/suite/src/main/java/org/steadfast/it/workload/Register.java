package org.steadfast.it.workload;

/** A NUMBER property that clients read and write. */
public record Register(String thing, String property) {
    /** What a history calls it. */
    public String name() {
        return thing + "." + property;
    }

    /** Its address in the REST API, after {@code /Thingworx/}. */
    public String path() {
        return "Things/" + thing + "/Properties/" + property;
    }
}
