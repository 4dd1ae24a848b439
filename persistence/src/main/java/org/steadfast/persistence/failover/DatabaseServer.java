package org.steadfast.persistence.failover;

import java.util.Set;

/** One server of the database, as who watches over it sees it. Each call has a deadline of its own. Safe for use by several threads. */
public interface DatabaseServer extends AutoCloseable {
    ServerAddress address();

    /** Looks at it; never fails. */
    ServerState look();

    /**
     * Has commits of a primary wait for any one of these standbys; for none where there are none. May be said to a standby as well, for
     * the time when it is promoted. Takes effect some moments after this returns.
     *
     * @throws FailoverException if it did not answer, or refused
     */
    void waitFor(Set<String> standbys) throws FailoverException;

    /**
     * Has a standby follow somebody else. Takes effect some moments after this returns.
     *
     * @throws FailoverException if it did not answer, or refused
     */
    void follow(ServerAddress primary) throws FailoverException;

    /**
     * Has a primary keep what it writes for a standby that will come, where it does not do so already.
     *
     * @throws FailoverException if it did not answer, or refused
     */
    void keepFor(String slot) throws FailoverException;

    /**
     * Has a standby become a primary; one that is a primary already stays one. A later look tells when it is.
     *
     * @throws FailoverException if it did not answer, or refused
     */
    void promote() throws FailoverException;

    @Override
    void close();
}
