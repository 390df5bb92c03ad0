package dev.berth.shim;

import dev.berth.shim.frame.FrameChannel;
import java.io.IOException;

/**
 * A client attached to a container's standard streams. It hears all output from now on, for which the container waits;
 * when it stops reading, what it misses is dropped, never the log's copy.
 */
public final class Attachment implements Streams {
    private final Conversation conversation;

    Attachment(FrameChannel channel) {
        this.conversation = new Conversation(channel);
    }

    @Override
    public Output next() throws IOException {
        return conversation.next();
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
