package dev.berth.cni;

import dev.berth.linux.Fd;
import dev.berth.linux.net.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A network namespace held by a process that ends with this object or with the tests. */
final class TestPod implements AutoCloseable {
    private final String id;
    private final Process holder;
    private final Fd netns;

    private TestPod(String id, Process holder, Fd netns) {
        this.id = id;
        this.holder = holder;
        this.netns = netns;
    }

    static TestPod start(String id) throws IOException {
        Process holder = new ProcessBuilder("unshare", "--net", "sh", "-c", "echo ready; exec cat")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (holder.inputReader().readLine() == null) {
            throw new IOException("no namespace for pod " + id);
        }
        return new TestPod(id, holder, NetworkNamespace.open(Path.of(path(holder))));
    }

    private static String path(Process holder) {
        return "/proc/" + holder.pid() + "/ns/net";
    }

    String id() {
        return id;
    }

    String netnsPath() {
        return path(holder);
    }

    Fd netns() {
        return netns;
    }

    PodNetworkRequest request(PortMapping... ports) {
        return new PodNetworkRequest(
                id, "default", "pod-" + id, "uid-" + id, netnsPath(), netns, List.of(ports), PodDns.NONE, Map.of());
    }

    <T> T call(NetworkNamespace.Work<T> work) throws IOException {
        return NetworkNamespace.call(netns, work);
    }

    @Override
    public void close() {
        netns.close();
        holder.destroyForcibly();
        holder.onExit().join();
    }
}
