package org.steadfast.foundation.scheduler;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.steadfast.persistence.store.ScheduleStore;
import org.steadfast.persistence.store.WriterId;

/** A database of which nothing but the clock is asked. */
record TimeOnly(LongSupplier clock) implements ScheduleStore {
    @Override
    public long now() {
        return clock.getAsLong();
    }

    @Override
    public long lead(WriterId leader) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Leadership> leadership() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Progress> progress(long afterThing, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Progress> progress(Collection<Long> things) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void begin(long epoch, List<Progress> schedules) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void end(long epoch, Collection<Long> things) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Claimed claim(long epoch, WriterId writer, List<Claim> claims) {
        throw new UnsupportedOperationException();
    }
}
