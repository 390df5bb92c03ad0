package dev.berth.shim;

import java.io.IOException;

/** A client's share in the standard streams of a process. One thread may wait for output while another writes. */
public interface Streams extends AutoCloseable {
    /** The next piece of output, or the end; waits for it. */
    Output next() throws IOException;

    /** Returns when the shim has taken the content, which waits for the process to read what came before. */
    void stdin(byte[] content) throws IOException;

    void closeStdin() throws IOException;

    /** Of the terminal; in characters. */
    void resize(int rows, int columns) throws IOException;

    @Override
    void close() throws IOException;
}
