package dev.berth.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;

/**
 * The runtime that the common flows are driven against: the packaged berthd, or, to try the tests themselves, Debian's containerd with
 * {@code -Dberth.e2e.runtime=containerd}. Closing it checks that the host is as it was.
 */
record Subject(CriRuntime runtime, CriClient client, HostState before) implements AutoCloseable {

    static Subject start(Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        var before = HostState.of(Marks.of(folder));
        var runtime = containerd() ? Containerd.start(folder, registry) : Daemon.start(folder, registry);
        return new Subject(runtime, runtime.client(), before);
    }

    static boolean containerd() {
        return "containerd".equals(System.getProperty("berth.e2e.runtime"));
    }

    Marks marks() {
        return runtime.marks();
    }

    void awaitNothingLeft() throws IOException, InterruptedException, TimeoutException {
        close();
        HostState.awaitSame(marks(), before);
    }

    @Override
    public void close() throws IOException {
        client.close();
        runtime.close();
    }
}
