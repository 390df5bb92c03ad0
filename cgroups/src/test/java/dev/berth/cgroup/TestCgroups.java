package dev.berth.cgroup;

import java.io.IOException;

/** Cgroups of one test, below one that is named after this process; all are removed at the end. */
public final class TestCgroups implements AutoCloseable {
    private final CgroupHost host;
    private final String top;

    public TestCgroups(CgroupHost host, Object test) {
        this.host = host;
        this.top = "/berth-test-" + ProcessHandle.current().pid() + "-"
                + test.getClass().getSimpleName();
    }

    public Cgroup at(String below) {
        return host.at(top + "/" + below);
    }

    Cgroup top() {
        return host.at(top);
    }

    @Override
    public void close() throws IOException {
        top().kill();
        top().remove();
    }
}
