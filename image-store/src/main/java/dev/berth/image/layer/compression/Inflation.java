package dev.berth.image.layer.compression;

import dev.berth.linux.inflate.IsalInflater;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The inflating of raw deflate data, by ISA-L where the host has it and by the JDK elsewhere: the results are the same. */
sealed interface Inflation extends AutoCloseable {
    /** Input bytes that one call takes. */
    int LARGEST_INPUT = IsalInflater.LARGEST_INPUT;

    /** How many bytes behind the end of the data {@link #remaining} may count that came with earlier inputs. */
    int OVERREAD = 8;

    static Inflation fastest() {
        return IsalInflater.isAvailable() ? new Isal(new IsalInflater()) : new Jdk(new Inflater(true));
    }

    void begin();

    void input(byte[] bytes, int offset, int length);

    int inflate(byte[] bytes, int offset, int length) throws DataFormatException;

    boolean needsInput();

    boolean finished();

    int remaining();

    @Override
    void close();

    /** ISA-L. */
    record Isal(IsalInflater inflater) implements Inflation {
        @Override
        public void begin() {
            inflater.begin();
        }

        @Override
        public void input(byte[] bytes, int offset, int length) {
            inflater.input(bytes, offset, length);
        }

        @Override
        public int inflate(byte[] bytes, int offset, int length) throws DataFormatException {
            return inflater.inflate(bytes, offset, length);
        }

        @Override
        public boolean needsInput() {
            return inflater.needsInput();
        }

        @Override
        public boolean finished() {
            return inflater.finished();
        }

        @Override
        public int remaining() {
            return inflater.remaining();
        }

        @Override
        public void close() {
            inflater.close();
        }
    }

    /** The JDK's zlib. */
    record Jdk(Inflater inflater) implements Inflation {
        @Override
        public void begin() {
            inflater.reset();
        }

        @Override
        public void input(byte[] bytes, int offset, int length) {
            inflater.setInput(bytes, offset, length);
        }

        @Override
        public int inflate(byte[] bytes, int offset, int length) throws DataFormatException {
            var count = inflater.inflate(bytes, offset, length);
            if (inflater.needsDictionary()) {
                throw new DataFormatException("it wants a dictionary");
            }
            return count;
        }

        @Override
        public boolean needsInput() {
            return inflater.needsInput();
        }

        @Override
        public boolean finished() {
            return inflater.finished();
        }

        @Override
        public int remaining() {
            return inflater.getRemaining();
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}
