package dev.berth.cri.streaming.port;

import dev.berth.cri.streaming.flow.Arrival;
import dev.berth.cri.streaming.flow.Inbox;
import dev.berth.cri.streaming.flow.Inflow;
import dev.berth.cri.streaming.spdy.SpdyConnection;
import dev.berth.cri.streaming.spdy.SpdyStream;
import dev.berth.engine.session.PortForward;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of port-forward: for each connection that it carries, a stream of data and one of errors, with the same
 * header requestid.
 */
public final class PortForwarding implements SpdyConnection.Acceptor {
    /** The version of the protocol, the only one there is. */
    public static final String PROTOCOL = "portforward.k8s.io";

    private static final Logger LOG = LoggerFactory.getLogger(PortForwarding.class);

    private final String sandboxId;
    private final PortForward ports;

    /** Streams whose partner has not come yet, by request. */
    private final Map<String, Half> halves = new HashMap<>();

    private record Half(String type, SpdyStream stream, Inbox inbox) {}

    public PortForwarding(String sandboxId, PortForward ports) {
        this.sandboxId = sandboxId;
        this.ports = ports;
    }

    @Override
    public @Nullable Consumer<Arrival> opened(SpdyStream stream, Inflow inflow) {
        var type = stream.header("streamtype");
        var request = stream.header("requestid");
        boolean data = type.equals("data");
        if (request.isEmpty() || !(data || type.equals("error"))) {
            return null;
        }
        var half = new Half(type, stream, new Inbox(inflow));
        var other = halves.remove(request);
        if (other == null) {
            halves.put(request, half);
        } else if (other.type().equals(type)) {
            return null;
        } else {
            start(data ? half : other, data ? other : half);
        }
        // nothing is expected on the stream of errors
        return data ? half.inbox()::put : _ -> {};
    }

    private void start(Half data, Half error) {
        var port = port(data.stream().header("port"));
        var name = "port-forward to %s of sandbox %s".formatted(data.stream().header("port"), sandboxId);
        if (port.isEmpty()) {
            Thread.ofVirtual().name(name).start(() -> refuse(data, error));
            return;
        }
        var connection = new ForwardedPort(
                name, () -> ports.dial(sandboxId, port.getAsInt()), data.inbox(), data.stream(), error.stream());
        Thread.ofVirtual().name(name).start(connection::run);
    }

    private static OptionalInt port(String text) {
        try {
            return OptionalInt.of(Integer.parseInt(text));
        } catch (NumberFormatException _) {
            return OptionalInt.empty();
        }
    }

    private static void refuse(Half data, Half error) {
        data.inbox().discard();
        ForwardedPort.tell(error.stream(), "the header port is no number");
        data.stream().end();
    }

    @Override
    public void closed() {
        LOG.debug("port-forward to sandbox {}: the client has gone", sandboxId);
        halves.clear();
    }
}
