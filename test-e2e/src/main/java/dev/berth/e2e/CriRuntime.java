package dev.berth.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;

/** A CRI runtime with folders, a socket and a network of its own. */
public interface CriRuntime extends AutoCloseable {
    String name();

    Path socket();

    /** Strings by which what it leaves on the host can be told from what others do. */
    Marks marks();

    long pid();

    /** Ends the runtime itself at once, with SIGKILL; pods live on. */
    void kill();

    /** Asks the runtime itself to stop, with SIGTERM; its exit status. Pods live on. */
    int stop();

    /** Starts it again over what the last one left, and waits until it answers. */
    void start() throws IOException, InterruptedException, TimeoutException;

    default CriClient client() {
        return CriClient.to(socket());
    }

    /** Ends the runtime and takes down the network that a runtime rightly leaves; pods must have been removed before. */
    @Override
    void close() throws IOException;
}
