package dev.berth.engine.sandbox;

import dev.berth.linux.Fd;
import dev.berth.linux.net.NetworkNamespace;
import dev.berth.linux.net.RouteBatch;
import dev.berth.linux.net.RouteSocket;
import java.io.IOException;

/** A network namespace that no pod has yet, with its loopback up, and a socket that speaks for it. */
record ReadyNamespace(Fd netns, RouteSocket routes) implements AutoCloseable {
    static ReadyNamespace make() throws IOException {
        return NetworkNamespace.callInNew(() -> {
            Fd netns = NetworkNamespace.current();
            try {
                return with(netns, RouteSocket.open());
            } catch (IOException | RuntimeException e) {
                netns.close();
                throw e;
            }
        });
    }

    private static ReadyNamespace with(Fd netns, RouteSocket routes) throws IOException {
        try {
            routes.commit(new RouteBatch().up("lo"));
            return new ReadyNamespace(netns, routes);
        } catch (IOException | RuntimeException e) {
            routes.close();
            throw e;
        }
    }

    /** The namespace ends here, unless a pod's shim has joined it. */
    @Override
    public void close() {
        routes.close();
        netns.close();
    }
}
