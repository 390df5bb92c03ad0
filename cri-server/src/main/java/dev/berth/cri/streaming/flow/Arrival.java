package dev.berth.cri.streaming.flow;

import java.nio.ByteBuffer;

/** What a client sends in a session. */
public sealed interface Arrival {
    /** Bytes for the process, or for the port. */
    record Content(ByteBuffer bytes) implements Arrival {}

    /** No more content comes; the client still listens. */
    record End() implements Arrival {}

    /** The client's terminal has another size, in characters. */
    record Resize(int rows, int columns) implements Arrival {}

    /** The client is gone, or has cut this stream. */
    record Gone() implements Arrival {}
}
