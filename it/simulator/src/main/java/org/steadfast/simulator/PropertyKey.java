package org.steadfast.simulator;

/** A property of a thing. */
public record PropertyKey(String thing, String property) {
    @Override
    public String toString() {
        return thing + "." + property;
    }
}
