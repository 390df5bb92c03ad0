package dev.berth.engine.session;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.sandbox.Sandbox;
import dev.berth.engine.sandbox.Sandboxes;
import dev.berth.linux.net.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** PortForward: connects to a port of a pod, as a process in the pod that dials {@code localhost}. */
public final class PortForward {
    private static final int MAX_PORT = 65_535;

    private final Sandboxes sandboxes;

    public PortForward(Sandboxes sandboxes) {
        this.sandboxes = sandboxes;
    }

    /** The full id of a sandbox whose ports can be reached now. */
    public String check(String idOrPrefix) throws EngineException {
        var sandbox = sandboxes.index().require(idOrPrefix);
        sandbox.requireHolder();
        return sandbox.id();
    }

    /**
     * Connects over IPv4, and where nobody listens there over IPv6.
     *
     * @throws IOException when neither answers; the message names pod and port
     */
    public SocketChannel dial(String id, int port) throws EngineException, IOException {
        if (port < 1 || port > MAX_PORT) {
            throw EngineException.invalid("port %d is none from 1 to %d".formatted(port, MAX_PORT));
        }
        var sandbox = sandboxes.index().require(id);
        if (sandbox.config().namespaces().hostNetwork()) {
            return connect(sandbox, port);
        }
        var holder = sandbox.requireHolder().shimPid();
        try (var namespace = NetworkNamespace.open(Path.of("/proc/%d/ns/net".formatted(holder)))) {
            return NetworkNamespace.call(namespace, () -> connect(sandbox, port));
        }
    }

    private static SocketChannel connect(Sandbox sandbox, int port) throws IOException {
        try {
            return connect(
                    StandardProtocolFamily.INET, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        } catch (IOException four) {
            try {
                return connect(StandardProtocolFamily.INET6, new InetSocketAddress(InetAddress.ofLiteral("::1"), port));
            } catch (IOException six) {
                throw new IOException(
                        "connect to port %d of sandbox %s: 127.0.0.1: %s; ::1: %s"
                                .formatted(port, sandbox.id(), four.getMessage(), six.getMessage()),
                        six);
            }
        }
    }

    private static SocketChannel connect(StandardProtocolFamily family, SocketAddress address) throws IOException {
        var socket = SocketChannel.open(family);
        try {
            socket.connect(address);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
