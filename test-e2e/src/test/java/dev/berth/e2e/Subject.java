package dev.berth.e2e;

import dev.berth.cri.api.ListPodSandboxRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;

/**
 * The runtime that the common flows are driven against: the packaged berthd, or, to try the tests themselves, Debian's containerd with
 * {@code -Dberth.e2e.runtime=containerd}. Closing it checks that the host is as it was.
 */
public record Subject(CriRuntime runtime, CriClient client, HostState before) implements AutoCloseable {

    public static Subject start(Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        var before = HostState.of(Marks.of(folder));
        var runtime = containerd() ? Containerd.start(folder, registry) : Daemon.start(folder, registry);
        return new Subject(runtime, runtime.client(), before);
    }

    static boolean containerd() {
        return "containerd".equals(System.getProperty("berth.e2e.runtime"));
    }

    public Marks marks() {
        return runtime.marks();
    }

    /** Stops and removes every pod, also those that a failed test left. */
    public void removePods() {
        var request = ListPodSandboxRequest.getDefaultInstance();
        for (var listed : client.pods().listPodSandbox(request).getItemsList()) {
            var pod = new Pod(client, Pod.config(marks(), "left"), listed.getId());
            pod.stop();
            pod.remove();
        }
    }

    public void awaitNothingLeft() throws IOException, InterruptedException, TimeoutException {
        close();
        HostState.awaitSame(marks(), before);
    }

    @Override
    public void close() throws IOException {
        client.close();
        runtime.close();
    }
}
