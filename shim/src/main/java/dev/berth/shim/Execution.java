package dev.berth.shim;

import dev.berth.linux.process.ProcessIdentity;
import dev.berth.shim.frame.FrameChannel;
import java.io.IOException;

/** A command running in a container. Closing it kills the command and everything it started. */
public final class Execution implements Streams {
    private final Conversation conversation;
    private final ProcessIdentity process;

    Execution(FrameChannel channel, ProcessIdentity process) {
        this.conversation = new Conversation(channel);
        this.process = process;
    }

    public ProcessIdentity process() {
        return process;
    }

    @Override
    public Output next() throws IOException {
        return conversation.next();
    }

    /** SIGKILL ends everything the command started, any other signal goes to its process alone. */
    public void signal(int number) throws IOException {
        conversation.signal(number);
    }

    @Override
    public void resize(int rows, int columns) throws IOException {
        conversation.resize(rows, columns);
    }

    @Override
    public void stdin(byte[] content) throws IOException {
        conversation.stdin(content);
    }

    @Override
    public void closeStdin() throws IOException {
        conversation.closeStdin();
    }

    @Override
    public void close() throws IOException {
        conversation.close();
    }
}
