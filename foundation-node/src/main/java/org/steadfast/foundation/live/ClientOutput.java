package org.steadfast.foundation.live;

import java.io.IOException;

/** The way to a client, on which nobody waits. Used by one thread at a time. */
interface ClientOutput {
    /** Whether something can be written now; if not, the stream is called when it can. */
    boolean isReady();

    /** Writes, after it was ready. The bytes must not be changed after. */
    void write(byte[] bytes) throws IOException;

    /** Sends what was written, after it was ready. */
    void flush() throws IOException;

    /** Ends the answer. */
    void complete();

    /** Breaks the connection off. */
    void abort();
}
