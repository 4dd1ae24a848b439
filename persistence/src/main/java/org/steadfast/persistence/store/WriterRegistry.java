package org.steadfast.persistence.store;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Who may write current values, and what writers that are gone have left behind: values that they may have committed, but that
 * nobody has seen yet. Safe for use by several threads.
 */
public interface WriterRegistry {
    /** Begins a new life of a node as a writer. Earlier lives go on until they are fenced or their lanes are claimed. */
    WriterId register(String node) throws StoreException;

    /**
     * Claims a lane. An earlier life of the node that held the lane is fenced by that, and what it left behind there is forgotten:
     * {@link #fence} it before.
     *
     * @param lane from 0
     * @param slots how many batches the lane may have on their way at a time
     * @throws StoreException {@link StoreException.Kind#FENCED} if a later life of the node holds the lane, or the cluster has
     *     fenced this one
     */
    WriterLane openLane(WriterId writer, int lane, int slots) throws StoreException;

    /**
     * Fences all lanes of this and earlier lives of a node. Waits for the batches that they have under way; when this returns,
     * they write nothing any more.
     *
     * @return the numbers of the things of which they may have left values behind
     */
    Set<Long> fence(WriterId writer) throws StoreException;

    /** Writers that hold lanes and are not fenced. */
    List<WriterId> active() throws StoreException;

    /** Writers that are fenced and whose values have not been {@link #settled} yet. */
    List<WriterId> unsettled() throws StoreException;

    /** All values that the database holds of some things. */
    List<StoredValue> valuesOf(Collection<Long> things) throws StoreException;

    /** Forgets what fenced lanes of this and earlier lives of a node left behind, because it is visible now. */
    void settled(WriterId writer) throws StoreException;
}
