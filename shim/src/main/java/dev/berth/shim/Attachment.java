package dev.berth.shim;

import dev.berth.shim.frame.FrameChannel;
import java.io.IOException;

/**
 * A client attached to a container's standard streams. It hears the output from now on; when it does not keep up, what
 * it misses is dropped, never the log's copy.
 */
public final class Attachment implements AutoCloseable {
    private final Conversation conversation;

    Attachment(FrameChannel channel) {
        this.conversation = new Conversation(channel);
    }

    /** The next piece of output, or the end; waits for it. */
    public Output next() throws IOException {
        return conversation.next();
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
