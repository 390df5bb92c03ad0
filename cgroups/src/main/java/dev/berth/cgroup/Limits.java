package dev.berth.cgroup;

import dev.berth.cgroup.hierarchy.CgroupPath;
import dev.berth.cgroup.hierarchy.Hierarchies;
import dev.berth.cgroup.resource.Controller;
import dev.berth.cgroup.resource.Cpuset;
import dev.berth.cgroup.resource.Pids;
import dev.berth.cgroup.resource.Resources;
import dev.berth.cgroup.resource.Write;
import dev.berth.cgroup.v1.CpuV1;
import dev.berth.cgroup.v1.HugetlbV1;
import dev.berth.cgroup.v1.MemoryV1;
import dev.berth.cgroup.v2.CpuV2;
import dev.berth.cgroup.v2.HugetlbV2;
import dev.berth.cgroup.v2.MemoryV2;
import dev.berth.cgroup.v2.UnifiedFiles;
import dev.berth.linux.ErrnoException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cgroup's resources as writes to the files of every controller the host has. */
record Limits(Hierarchies host, CgroupPath path) {
    private static final Map<String, Controller> V1 = controllers(new CpuV1(), new MemoryV1(), new HugetlbV1());
    private static final Map<String, Controller> V2 = controllers(new CpuV2(), new MemoryV2(), new HugetlbV2());

    List<Write> writes(Resources resources) throws ErrnoException {
        var writes = new ArrayList<Write>();
        for (var controller : (host.unified() ? V2 : V1).entrySet()) {
            Optional<String> directory = host.directory(controller.getKey(), path);
            if (directory.isPresent()) {
                writes.addAll(controller.getValue().writes(directory.get(), resources));
            } else if (controller.getKey().equals("cpuset")) {
                refuseCpuset(resources);
            }
        }
        writes.addAll(UnifiedFiles.writes(host, path, resources, writes));
        return writes;
    }

    Resources read(Resources asked) throws ErrnoException {
        var found = Resources.builder();
        for (var controller : (host.unified() ? V2 : V1).entrySet()) {
            Optional<String> directory = host.directory(controller.getKey(), path);
            if (directory.isPresent()) {
                controller.getValue().read(directory.get(), asked, found);
            }
        }
        UnifiedFiles.read(host, path, asked, found);
        return found.build();
    }

    /** A cpuset that is not honoured breaks the isolation that was asked for, so it is not passed over. */
    private static void refuseCpuset(Resources resources) {
        if (resources.cpusetCpus().isPresent() || resources.cpusetMems().isPresent()) {
            throw new IllegalArgumentException("cpuset asked for, but this host has no cpuset controller");
        }
    }

    private static Map<String, Controller> controllers(Controller cpu, Controller memory, Controller hugetlb) {
        var controllers = new LinkedHashMap<String, Controller>();
        controllers.put("memory", memory);
        controllers.put("pids", new Pids());
        controllers.put("cpuset", new Cpuset());
        controllers.put("hugetlb", hugetlb);
        controllers.put("cpu", cpu);
        return controllers;
    }
}
