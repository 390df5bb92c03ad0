package dev.berth.cni;

import dev.berth.linux.Fd;
import dev.berth.linux.net.NetworkNamespace;
import dev.berth.linux.net.RouteSocket;
import java.io.IOException;

/** The network namespace of a sandbox, seen from the daemon. The descriptor stays the caller's. */
final class PodNamespace implements AutoCloseable {
    private final String path;
    private final Fd netns;
    private final RouteSocket routes;

    private PodNamespace(String path, Fd netns, RouteSocket routes) {
        this.path = path;
        this.netns = netns;
        this.routes = routes;
    }

    static PodNamespace enter(String path, Fd netns) throws IOException {
        return new PodNamespace(path, netns, RouteSocket.in(netns));
    }

    String path() {
        return path;
    }

    Fd netns() {
        return netns;
    }

    RouteSocket routes() {
        return routes;
    }

    <T> T call(NetworkNamespace.Work<T> work) throws IOException {
        return NetworkNamespace.call(netns, work);
    }

    @Override
    public void close() {
        routes.close();
    }
}
