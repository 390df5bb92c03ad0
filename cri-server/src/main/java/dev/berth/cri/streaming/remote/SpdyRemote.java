package dev.berth.cri.streaming.remote;

import dev.berth.cri.streaming.flow.Arrival;
import dev.berth.cri.streaming.flow.Deadline;
import dev.berth.cri.streaming.flow.Inbox;
import dev.berth.cri.streaming.flow.Inflow;
import dev.berth.cri.streaming.spdy.SpdyConnection;
import dev.berth.cri.streaming.spdy.SpdyStream;
import dev.berth.engine.session.StreamChoice;
import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client of exec or attach over SPDY: a stream for each of its streams, told apart by the header streamtype. */
public final class SpdyRemote implements RemoteClient, SpdyConnection.Acceptor {
    /** How long a client may take to open its streams. */
    private static final int OPENING_SECONDS = 30;

    private final RemoteProtocol protocol;
    private final Channel channel;
    private final Set<RemoteStream> missing;
    private final Consumer<RemoteClient> ready;
    private final SpdyConnection connection;
    private final Inbox inbox;
    private final Map<RemoteStream, SpdyStream> streams = new EnumMap<>(RemoteStream.class);

    /**
     * Waits for the streams of the choice.
     *
     * @param ready is called, on the event loop, once the client has opened all streams
     */
    public SpdyRemote(RemoteProtocol protocol, StreamChoice choice, Channel channel, Consumer<RemoteClient> ready) {
        this.protocol = protocol;
        this.channel = channel;
        this.missing = expected(choice, protocol);
        this.ready = ready;
        this.connection = new SpdyConnection(channel, this);
        this.inbox = new Inbox(connection.inflow());
    }

    public SpdyConnection connection() {
        return connection;
    }

    public void awaitStreams() {
        Deadline.after(OPENING_SECONDS, channel, () -> !missing.isEmpty());
    }

    private static Set<RemoteStream> expected(StreamChoice choice, RemoteProtocol protocol) {
        var expected = EnumSet.of(RemoteStream.ERROR);
        want(expected, RemoteStream.STDIN, choice.stdin());
        want(expected, RemoteStream.STDOUT, choice.stdout());
        want(expected, RemoteStream.STDERR, choice.stderr());
        want(expected, RemoteStream.RESIZE, choice.terminal() && protocol.resizes());
        return expected;
    }

    private static void want(Set<RemoteStream> expected, RemoteStream stream, boolean wanted) {
        if (wanted) {
            expected.add(stream);
        }
    }

    @Override
    public @Nullable Consumer<Arrival> opened(SpdyStream stream, Inflow inflow) {
        var kind = RemoteStream.ofType(stream.header("streamtype")).filter(missing::remove);
        if (kind.isEmpty()) {
            return null;
        }
        streams.put(kind.get(), stream);
        if (missing.isEmpty()) {
            // after this stream's reply: the session's first output must not come before it
            channel.eventLoop().execute(() -> ready.accept(this));
        }
        return sink(kind.get());
    }

    private Consumer<Arrival> sink(RemoteStream kind) {
        return switch (kind) {
            case STDIN -> this::stdin;
            case RESIZE -> resizes();
            case STDOUT, STDERR, ERROR -> _ -> {};
        };
    }

    private void stdin(Arrival arrival) {
        // a client that cuts only its input has ended it
        inbox.put(arrival instanceof Arrival.Gone ? new Arrival.End() : arrival);
    }

    private Consumer<Arrival> resizes() {
        var sizes = new TerminalSize();
        return arrival -> {
            var size =
                    arrival instanceof Arrival.Content(var bytes) ? sizes.add(bytes) : Optional.<Arrival.Resize>empty();
            size.ifPresent(inbox::put);
        };
    }

    @Override
    public void closed() {
        inbox.put(new Arrival.Gone());
    }

    @Override
    public RemoteProtocol protocol() {
        return protocol;
    }

    @Override
    public Inbox inbox() {
        return inbox;
    }

    @Override
    public void send(RemoteStream stream, ByteBuffer content) throws IOException, InterruptedException {
        var open = streams.get(stream);
        if (open == null) {
            throw new ClosedChannelException();
        }
        open.send(content);
    }

    @Override
    public void finish() {
        inbox.discard();
        streams.values().forEach(SpdyStream::end);
        connection.finish();
    }
}
