package dev.berth.shim;

import dev.berth.linux.process.ProcessIdentity;
import dev.berth.shim.frame.FrameChannel;
import java.io.IOException;

/** A command running in a container. Closing it kills the command and everything it started. */
public final class Execution implements AutoCloseable {
    private final Conversation conversation;
    private final ProcessIdentity process;

    Execution(FrameChannel channel, ProcessIdentity process) {
        this.conversation = new Conversation(channel);
        this.process = process;
    }

    public ProcessIdentity process() {
        return process;
    }

    /** The next piece of output, or the end; waits for it. */
    public Output next() throws IOException {
        return conversation.next();
    }

    /** SIGKILL ends everything the command started, any other signal goes to its process alone. */
    public void signal(int number) throws IOException {
        conversation.signal(number);
    }

    public void resize(int rows, int columns) throws IOException {
        conversation.resize(rows, columns);
    }

    public void stdin(byte[] content) throws IOException {
        conversation.stdin(content);
    }

    public void closeStdin() throws IOException {
        conversation.closeStdin();
    }

    @Override
    public void close() throws IOException {
        conversation.close();
    }
}
