package dev.berth.shim;

import java.nio.ByteBuffer;

/** What a command in a container, or an attached container, says. */
public sealed interface Output {
    record Stdout(ByteBuffer content) implements Output {}

    record Stderr(ByteBuffer content) implements Output {}

    /** An attached client has not read for too long: from now on it may miss output. Said once. */
    record Lost() implements Output {}

    /**
     * The end; nothing follows.
     *
     * @param code the exit code, or 128 + the signal's number
     * @param signal the signal that ended it, or 0
     */
    record Exited(int code, int signal) implements Output {}
}
