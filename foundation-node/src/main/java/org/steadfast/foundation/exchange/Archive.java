package org.steadfast.foundation.exchange;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Unpacks archives that come from outside, in memory and one file after the other. How many files there are, what they unpack to and
 * how much more that is than the archive itself is bounded. Names are only names here: nothing is written under them. Stateless.
 */
final class Archive {
    /** Most files of an archive, folders included. */
    static final int MOST_FILES = 50_000;
    /** An archive that unpacks to so many times its own length was made to do harm. */
    static final int MOST_RATIO = 200;
    /** Up to so many bytes no ratio does. */
    private static final long FREE_BYTES = 1 << 20;

    private static final byte[] BEGIN = {'P', 'K', 3, 4};

    private Archive() {}

    /** Takes the files of an archive. */
    @FunctionalInterface
    interface Visitor {
        /** @param content is closed by the caller, and read to its end */
        void file(String name, InputStream content) throws ExchangeException, IOException;
    }

    /** Whether what follows is an archive; nothing is read of it. */
    static boolean isNext(BufferedInputStream in) throws IOException {
        in.mark(BEGIN.length);
        byte[] begin = in.readNBytes(BEGIN.length);
        in.reset();
        return java.util.Arrays.equals(begin, BEGIN);
    }

    /** @param mostBytes that all files together may have */
    static void read(InputStream archive, long mostBytes, Visitor visitor) throws ExchangeException, IOException {
        Counting packed = new Counting(archive);
        LimitedInput.Allowance allowance = new LimitedInput.Allowance("the archive unpacks to", mostBytes);
        try (ZipInputStream zip = new ZipInputStream(packed, StandardCharsets.UTF_8)) {
            int files = 0;
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (++files > MOST_FILES) {
                    throw ExchangeException.tooLarge("the archive has more than " + MOST_FILES + " files");
                }
                InputStream content = new NotBomb(new LimitedInput(new Unclosed(zip), allowance), packed);
                if (!entry.isDirectory()) {
                    visitor.file(entry.getName(), content);
                }
                content.transferTo(java.io.OutputStream.nullOutputStream());
            }
        } catch (LimitedInput.TooLongException e) {
            throw new ExchangeException(ExchangeException.Kind.TOO_LARGE, e.getMessage(), e);
        } catch (IllegalArgumentException | java.util.zip.ZipException | java.io.EOFException e) {
            throw new ExchangeException(
                    ExchangeException.Kind.REFUSED, "the archive cannot be read: " + e.getMessage(), e);
        }
    }

    /** Counts what was read. */
    private static final class Counting extends FilterInputStream {
        private long count;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = super.read(into, from, length);
            count += Math.max(0, read);
            return read;
        }
    }

    /** Ends where what comes out is out of proportion to what went in. */
    private static final class NotBomb extends FilterInputStream {
        private final Counting packed;
        private final long packedBefore;
        private long unpacked;

        NotBomb(InputStream in, Counting packed) {
            super(in);
            this.packed = packed;
            this.packedBefore = packed.count;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            require(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = super.read(into, from, length);
            require(Math.max(0, read));
            return read;
        }

        private void require(int more) throws IOException {
            unpacked += more;
            // The unpacker reads ahead by a buffer, so small files look better than they are, never worse.
            if (unpacked > FREE_BYTES && unpacked > MOST_RATIO * Math.max(1, packed.count - packedBefore)) {
                throw new LimitedInput.TooLongException(
                        "a file of the archive unpacks to more than " + MOST_RATIO + " times its length");
            }
        }
    }

    /** Readers close what they have read; the archive goes on behind it. */
    private static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public void close() {
            // The archive is closed as a whole.
        }
    }
}
