package org.steadfast.foundation.exchange;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bytes of which only so many may come, counted over all streams that share an allowance. Used by one thread. */
final class LimitedInput extends FilterInputStream {
    private final Allowance allowance;

    LimitedInput(InputStream in, Allowance allowance) {
        super(in);
        this.allowance = allowance;
    }

    /** How many bytes may still come. Used by one thread. */
    static final class Allowance {
        private final String what;
        private final long most;
        private long left;

        /** @param what goes into the message, such as {@code the archive unpacks to} */
        Allowance(String what, long most) {
            this.what = what;
            this.most = most;
            this.left = most;
        }

        private void take(long count) throws TooLongException {
            left -= count;
            if (left < 0) {
                throw new TooLongException(what + " more than " + most + " bytes");
            }
        }
    }

    /** More came than is allowed. */
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLongException(String message) {
            super(message);
        }
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        if (read >= 0) {
            allowance.take(1);
        }
        return read;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        int read = super.read(into, from, length);
        if (read > 0) {
            allowance.take(read);
        }
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = super.skip(count);
        allowance.take(skipped);
        return skipped;
    }
}
