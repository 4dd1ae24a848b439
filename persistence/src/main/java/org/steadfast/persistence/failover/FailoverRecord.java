package org.steadfast.persistence.failover;

import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What must be known of the database when its primary does not answer: it stands outside of the database, at the coordinator, and is
 * written before whatever it tells of is done.
 *
 * @param system the identifier of the database: a server with another one is none of its servers
 * @param timeline of the primary; no node uses one of a lesser timeline
 * @param primary which server it is
 * @param standing what may be done when it is gone
 * @param standbys every commit that was acknowledged is on at least one of these, where it is {@link Standing#PROTECTED} or
 *     {@link Standing#PROMOTING}
 * @param target the standby that is being promoted
 */
public record FailoverRecord(
        long system,
        int timeline,
        ServerAddress primary,
        Standing standing,
        SortedSet<String> standbys,
        Optional<ServerAddress> target) {
    /** What may be done when the primary is gone. */
    public enum Standing {
        /** Nothing: commits may be on the primary alone. */
        UNPROTECTED,
        /** The standby that has most may be promoted once none of them gets anything any more. */
        PROTECTED,
        /** It is decided who is promoted; nobody else may be. */
        PROMOTING
    }

    static FailoverRecord unprotected(long system, int timeline, ServerAddress primary) {
        return new FailoverRecord(system, timeline, primary, Standing.UNPROTECTED, new TreeSet<>(), Optional.empty());
    }

    FailoverRecord unprotected() {
        return new FailoverRecord(system, timeline, primary, Standing.UNPROTECTED, standbys, Optional.empty());
    }

    FailoverRecord protectedBy(Set<String> names) {
        return new FailoverRecord(
                system, timeline, primary, Standing.PROTECTED, new TreeSet<>(names), Optional.empty());
    }

    FailoverRecord with(Set<String> names) {
        return new FailoverRecord(system, timeline, primary, standing, new TreeSet<>(names), target);
    }

    FailoverRecord promoting(ServerAddress who) {
        return new FailoverRecord(system, timeline, primary, Standing.PROMOTING, standbys, Optional.of(who));
    }
}
