package dev.berth.cgroup;

import dev.berth.cgroup.hierarchy.CgroupPath;
import dev.berth.cgroup.hierarchy.Hierarchies;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** The processes of one cgroup and of those below it. */
record Members(Hierarchies host, CgroupPath path) {
    /** A process that forks while it is being killed may need another round. */
    private static final int ROUNDS = 10;

    void kill() throws IOException {
        if (host.v2().isPresent()) {
            killAll(host.v2().get() + path.text());
        }
        if (!host.unified()) {
            killStragglers();
        }
    }

    boolean populated() throws IOException {
        Optional<String> v2 = host.v2();
        if (v2.isPresent()
                && present(() -> Kernfs.read(v2.get() + path.text() + "/cgroup.events"))
                        .orElse("")
                        .contains("populated 1")) {
            return true;
        }
        return !host.unified() && !processes(v1Directory()).isEmpty();
    }

    List<Integer> processes() throws IOException {
        var processes = new TreeSet<Integer>();
        if (host.v2().isPresent()) {
            processes.addAll(processes(host.v2().get() + path.text()));
        }
        if (!host.unified()) {
            processes.addAll(processes(v1Directory()));
        }
        return List.copyOf(processes);
    }

    private String v1Directory() {
        return host.directory("pids", path).orElseThrow();
    }

    /** Kernels before 5.14 have no cgroup.kill; there the processes are killed one by one. */
    private void killAll(String directory) throws IOException {
        if (present(() -> Kernfs.read(directory + "/cgroup.events")).isEmpty()) {
            return;
        }
        boolean done = present(() -> {
                    Kernfs.write(directory + "/cgroup.kill", "1");
                    return "";
                })
                .isPresent();
        if (!done) {
            killOneByOne(directory);
        }
    }

    /** On a hybrid host: what was attached to the v1 hierarchies but not (any more) to v2. */
    private void killStragglers() throws IOException {
        var stragglers = new TreeSet<>(processes(v1Directory()));
        if (host.v2().isPresent()) {
            stragglers.removeAll(processes(host.v2().get() + path.text()));
        }
        if (!stragglers.isEmpty()) {
            killOneByOne(v1Directory());
        }
    }

    private static void killOneByOne(String directory) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            List<Integer> processes = processes(directory);
            if (processes.isEmpty()) {
                return;
            }
            processes.forEach(process -> ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    private static List<Integer> processes(String directory) throws IOException {
        Optional<String> listed = present(() -> Kernfs.read(directory + "/cgroup.procs"));
        if (listed.isEmpty()) {
            return List.of();
        }
        var processes = new ArrayList<Integer>();
        // 0 stands for a process outside of this PID namespace
        listed.get().lines().map(Integer::parseInt).filter(pid -> pid > 0).forEach(processes::add);
        for (String child : CgroupTree.children(directory)) {
            processes.addAll(processes(child));
        }
        return processes;
    }

    private static Optional<String> present(KernelCall call) throws ErrnoException {
        try {
            return Optional.of(call.run());
        } catch (ErrnoException e) {
            // ENODEV: the cgroup went while its file was open
            if (e.is(Errno.ENOENT) || e.is(Errno.ENODEV)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @FunctionalInterface
    private interface KernelCall {
        String run() throws ErrnoException;
    }
}
