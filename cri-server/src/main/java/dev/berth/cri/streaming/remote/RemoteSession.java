package dev.berth.cri.streaming.remote;

import dev.berth.cri.streaming.flow.Arrival;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.session.Session;
import dev.berth.engine.session.StreamChoice;
import dev.berth.shim.Output;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One exec or attach: carries what the client sends to the process, and its output and its end to the client. */
public final class RemoteSession {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteSession.class);

    private final String name;
    private final StreamChoice streams;
    private final Opening opening;
    private final Verdict verdict;
    private final RemoteClient client;

    /** Starts the command, or joins the container. */
    @FunctionalInterface
    public interface Opening {
        Session open() throws EngineException;
    }

    /** What the client is told of the exit code. */
    @FunctionalInterface
    public interface Verdict {
        Ending of(int exitCode);
    }

    /**
     * Does nothing yet.
     *
     * @param name of the operation, as the log shows it
     */
    public RemoteSession(String name, StreamChoice streams, Opening opening, Verdict verdict, RemoteClient client) {
        this.name = name;
        this.streams = streams;
        this.opening = opening;
        this.verdict = verdict;
        this.client = client;
    }

    /** Runs it to its end on a thread of its own. */
    public void start() {
        Thread.ofVirtual().name(name).start(this::run);
    }

    private void run() {
        try {
            tell(carried());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            client.finish();
        }
    }

    private Ending carried() throws InterruptedException {
        try (var session = opening.open()) {
            var input = Thread.ofVirtual().name(name + " input").start(() -> feed(session));
            try {
                return follow(session);
            } finally {
                input.interrupt();
            }
        } catch (EngineException e) {
            LOG.info("{}", e.getMessage());
            return new Ending.Failure(String.valueOf(e.getMessage()));
        } catch (ClosedChannelException _) {
            // closed from this side: the client had gone, and the session with it
            return new Ending.Failure("the client has gone");
        } catch (IOException e) {
            LOG.warn("{}: {}", name, e.getMessage());
            return new Ending.Failure("%s: %s".formatted(name, e.getMessage()));
        }
    }

    private Ending follow(Session session) throws IOException, InterruptedException {
        while (true) {
            switch (session.next()) {
                case Output.Stdout(var content) -> send(streams.stdout(), RemoteStream.STDOUT, content);
                case Output.Stderr(var content) -> send(streams.stderr(), RemoteStream.STDERR, content);
                case Output.Exited(int code, int _) -> {
                    return verdict.of(code);
                }
            }
        }
    }

    private void send(boolean wanted, RemoteStream stream, ByteBuffer content)
            throws IOException, InterruptedException {
        if (wanted) {
            client.send(stream, content);
        }
    }

    /** A client that goes ends its session, and so its command; one that only ends its input does not. */
    private void feed(Session session) {
        try (session) {
            while (true) {
                switch (client.inbox().take()) {
                    case Arrival.Content(var bytes) -> session.stdin(bytes);
                    case Arrival.End() -> session.endStdin();
                    case Arrival.Resize(int rows, int columns) -> session.resize(rows, columns);
                    case Arrival.Gone() -> {
                        return;
                    }
                }
            }
        } catch (IOException e) {
            LOG.debug("{}: input: {}", name, String.valueOf(e));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(Ending ending) throws InterruptedException {
        try {
            var text = ending.told(client.protocol());
            if (text.length > 0) {
                client.send(RemoteStream.ERROR, ByteBuffer.wrap(text));
            }
        } catch (IOException e) {
            LOG.debug("{}: the client has gone: {}", name, String.valueOf(e));
        }
    }
}
