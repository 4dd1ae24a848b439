package org.steadfast.foundation.schedule;

/** What becomes of a fire time while those who heard of the one before have still to do with it. */
public enum OverlapPolicy {
    /** One fire waits; those after it are passed over until its turn has come. */
    QUEUE_ONE("QueueOne", 2),
    /** It is passed over. */
    SKIP("Skip", 1);

    private final String title;
    private final int most;

    OverlapPolicy(String title, int most) {
        this.title = title;
        this.most = most;
    }

    /** As it stands in settings. */
    public String title() {
        return title;
    }

    /** How many fires may be told of and not be done yet. */
    public int most() {
        return most;
    }
}
