package org.steadfast.foundation.transfer;

import java.util.Optional;

/** The end that a file is copied to: nobody sees it there before it is complete. For one thread. */
interface Target extends AutoCloseable {
    /**
     * Makes it ready to be written, with nothing in it; also in the middle, to begin again.
     *
     * @param size bytes that will come
     */
    void begin(TransferJob job, long size) throws TransferException, InterruptedException;

    /** The most bytes that may be written at a time. */
    int blockBytes();

    void write(long offset, byte[] block) throws TransferException, InterruptedException;

    /** How many bytes are there; asked where it is not known what became of a block. */
    long length() throws TransferException, InterruptedException;

    /** The MD5 of what is there, in hexadecimal; empty where it cannot be anything else than what was written. */
    Optional<String> checksum() throws TransferException, InterruptedException;

    /**
     * Puts it to where it belongs, in the place of what is there. May be asked for again where it is not known whether it was done.
     *
     * @param checksum MD5 of what was written, in hexadecimal
     */
    void commit(String checksum) throws TransferException, InterruptedException;

    /** The copy has ended, well or not; where not, nothing of it is left. Does its best. */
    void ended(TransferJob job) throws InterruptedException;

    @Override
    void close();
}
