package org.steadfast.foundation.transfer;

import java.util.Optional;

/** The end that a file is copied from. For one thread. */
interface Source extends AutoCloseable {
    /**
     * Makes it ready to be read.
     *
     * @return its length in bytes
     */
    long open(TransferJob job) throws TransferException, InterruptedException;

    /**
     * Makes it ready to be read from its beginning once more.
     *
     * @return its length in bytes, which may be another one by now
     */
    long rewind() throws TransferException, InterruptedException;

    /** The most bytes that may be read at a time. */
    int blockBytes();

    /**
     * Reads what is there.
     *
     * @param count bytes, at least 1, no more than there are from the offset on
     * @return at least one byte, at most {@code count}
     */
    byte[] read(long offset, int count) throws TransferException, InterruptedException;

    /** The MD5 of all of it as the source knows it, in hexadecimal; empty where it is what was read. */
    Optional<String> checksum() throws TransferException, InterruptedException;

    /** The copy has ended, well or not; nothing more comes. Does its best. */
    void ended(TransferJob job) throws InterruptedException;

    @Override
    void close();
}
