package org.steadfast.foundation.schedule;

/** What becomes of fire times that were missed because nobody could fire. */
public enum MisfirePolicy {
    /** The last one of them is fired, late; the others are passed over. */
    FIRE_ONCE("FireOnce"),
    /** Each one is fired, late, up to a number; those before are passed over. */
    FIRE_ALL("FireAll"),
    /** All are passed over. */
    SKIP("Skip");

    private final String title;

    MisfirePolicy(String title) {
        this.title = title;
    }

    /** As it stands in settings. */
    public String title() {
        return title;
    }
}
