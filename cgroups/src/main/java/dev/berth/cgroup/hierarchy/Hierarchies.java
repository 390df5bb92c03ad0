package dev.berth.cgroup.hierarchy;

import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The hierarchies of a host, with what they are mounted on and which controllers they have. */
public final class Hierarchies {
    private static final List<String> REQUIRED_V1 = List.of("cpu", "cpuacct", "memory", "devices", "pids");
    private static final List<String> REQUIRED_V2 = List.of("cpu", "memory", "pids");
    private static final List<String> V2_CONTROLLERS = List.of("cpu", "cpuset", "io", "memory", "hugetlb", "pids");

    private final CgroupMounts mounts;
    private final Set<String> controllers;
    private final boolean pressure;

    private Hierarchies(CgroupMounts mounts, Set<String> controllers, boolean pressure) {
        this.mounts = mounts;
        this.controllers = controllers;
        this.pressure = pressure;
    }

    public static Hierarchies detect() throws IOException {
        return of(CgroupMounts.parse(Files.readAllLines(Path.of("/proc/self/mountinfo"))));
    }

    static Hierarchies of(CgroupMounts mounts) throws IOException {
        if (mounts.v1().isEmpty() && mounts.v2().isEmpty()) {
            throw new IOException(
                    "no cgroup hierarchy is mounted (looked in /proc/self/mountinfo for cgroup2 and cgroup)");
        }
        var controllers = mounts.v1().isEmpty()
                ? v2Controllers(mounts.v2().orElseThrow())
                : mounts.v1().keySet();
        var missing = new TreeSet<>(mounts.v1().isEmpty() ? REQUIRED_V2 : REQUIRED_V1);
        missing.removeAll(controllers);
        if (!missing.isEmpty()) {
            String version = mounts.v1().isEmpty() ? "v2" : "v1";
            throw new IOException(
                    "cgroup " + version + " controllers missing on this host: " + String.join(", ", missing));
        }
        return new Hierarchies(
                mounts,
                Set.copyOf(controllers),
                mounts.v2().map(Hierarchies::pressure).orElse(false));
    }

    /** Whether v2 is the only hierarchy, so that limits are v2's. */
    public boolean unified() {
        return mounts.v1().isEmpty();
    }

    /** Names of the controllers that limits can be set with. */
    public Set<String> controllers() {
        return controllers;
    }

    /** Whether the kernel gives pressure stall information (it may be compiled in but switched off). */
    public boolean pressure() {
        return pressure;
    }

    public Optional<String> v2() {
        return mounts.v2();
    }

    /** Mount points of the v1 hierarchies that a cgroup lives in; several controllers may share one. */
    public Set<String> v1Roots() {
        var roots = new LinkedHashSet<String>();
        usedV1().forEach((_, mountPoint) -> roots.add(mountPoint));
        return roots;
    }

    /** The directory below a controller's hierarchy; absent if the controller is. */
    public Optional<String> directory(String controller, CgroupPath path) {
        return controllerRoot(controller).map(root -> root + path.text());
    }

    public Optional<String> controllerRoot(String controller) {
        if (unified()) {
            return controllers.contains(controller) ? mounts.v2() : Optional.empty();
        }
        return Optional.ofNullable(usedV1().get(controller));
    }

    /** cgroup.kill of v2 makes v1's freezer superfluous; every hierarchy costs each start a directory and an attachment. */
    private Map<String, String> usedV1() {
        if (mounts.v2().isEmpty()) {
            return mounts.v1();
        }
        var used = new LinkedHashMap<>(mounts.v1());
        used.remove("freezer");
        return used;
    }

    private static Set<String> v2Controllers(String root) throws ErrnoException {
        var controllers = new TreeSet<>(V2_CONTROLLERS);
        controllers.retainAll(List.of(Kernfs.read(root + "/cgroup.controllers").split(" ", -1)));
        return controllers;
    }

    private static boolean pressure(String root) {
        try {
            return !Kernfs.read(root + "/cpu.pressure").isEmpty();
        } catch (ErrnoException switchedOff) {
            return false;
        }
    }
}
