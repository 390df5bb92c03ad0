package dev.berth.engine.session;

import dev.berth.shim.Output;
import dev.berth.shim.Streams;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A client's streams to a process in a container. One thread waits for output, another writes; any thread may close. */
public final class Session implements AutoCloseable {
    private final Streams streams;
    private final boolean ownsStdin;

    /** @param ownsStdin the end of the client's input is the end of the process's */
    Session(Streams streams, boolean ownsStdin) {
        this.streams = streams;
        this.ownsStdin = ownsStdin;
    }

    /** The next piece of output, or the end of the process. */
    public Output next() throws IOException {
        return streams.next();
    }

    /** Returns when it is taken: a process that does not read holds its client up. */
    public void stdin(ByteBuffer content) throws IOException {
        var bytes = new byte[content.remaining()];
        content.get(bytes);
        streams.stdin(bytes);
    }

    /** The client sends no more. */
    public void endStdin() throws IOException {
        if (ownsStdin) {
            streams.closeStdin();
        }
    }

    public void resize(int rows, int columns) throws IOException {
        streams.resize(rows, columns);
    }

    /** Ends a command and all that it started; only leaves an attached container. */
    @Override
    public void close() throws IOException {
        streams.close();
    }
}
