package org.steadfast.foundation.event;

/** A run that may begin, and of which a record is kept where a schedule has started it. Used by one thread. */
interface ScheduledRun {
    /** One that no schedule has started. */
    ScheduledRun OF_NO_SCHEDULE = new ScheduledRun() {
        @Override
        public boolean isOnce() {
            return false;
        }

        @Override
        public void succeeded() {
            // No record is kept.
        }

        @Override
        public void failed(String why) {
            // No record is kept.
        }

        @Override
        public void withdraw() {
            // Nothing stands in its way when it is begun again.
        }
    };

    /** Whether it must not be begun a second time, whatever has become of it. */
    boolean isOnce();

    void succeeded();

    void failed(String why);

    /** Says that nothing was begun, so that it can be. */
    void withdraw();
}
