package dev.berth.cgroup;

import java.io.IOException;

/** Cgroups of one test, below one that is named after this process; all are removed at the end. */
final class TestCgroups implements AutoCloseable {
    private final CgroupHost host;
    private final String top;

    TestCgroups(CgroupHost host, Object test) {
        this.host = host;
        this.top = "/berth-test-" + ProcessHandle.current().pid() + "-"
                + test.getClass().getSimpleName();
    }

    Cgroup at(String below) {
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
