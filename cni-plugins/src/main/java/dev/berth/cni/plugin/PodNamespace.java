package dev.berth.cni.plugin;

import dev.berth.linux.Fd;
import dev.berth.linux.net.NetworkNamespace;
import dev.berth.linux.net.RouteSocket;
import java.io.IOException;

/** The network namespace of a sandbox, seen from the daemon. Descriptor and socket stay the caller's. */
public record PodNamespace(String path, Fd netns, RouteSocket routes) {
    public <T> T call(NetworkNamespace.Work<T> work) throws IOException {
        return NetworkNamespace.call(netns, work);
    }
}
