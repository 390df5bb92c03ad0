package dev.berth.engine.lowering;

import dev.berth.engine.oci.Device;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.shim.plan.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/** The nodes and links of a container's /dev: those the runtime spec demands, and the container's own devices. */
final class StandardNodes {
    private static final int S_IFIFO = 0010000;
    private static final int S_IFCHR = 0020000;
    private static final int S_IFBLK = 0060000;
    private static final int DEFAULT_MODE = 0666;

    private static final List<Device> DEVICES = List.of(
            node("/dev/null", 1, 3),
            node("/dev/zero", 1, 5),
            node("/dev/full", 1, 7),
            node("/dev/random", 1, 8),
            node("/dev/urandom", 1, 9),
            node("/dev/tty", 5, 0));

    private static final Map<String, String> LINKS = Map.of(
            "/dev/fd", "/proc/self/fd",
            "/dev/stdin", "/proc/self/fd/0",
            "/dev/stdout", "/proc/self/fd/1",
            "/dev/stderr", "/proc/self/fd/2",
            "/dev/ptmx", "pts/ptmx");

    private StandardNodes() {}

    static List<Step> steps(List<Device> own) throws InvalidSpecException {
        List<Step> steps = new ArrayList<>(directories(own));
        for (Device device : all(own).values()) {
            steps.add(step(device));
        }
        steps.addAll(links());
        return steps;
    }

    /** The places of all nodes, which are those of the host's nodes of the same names. */
    static List<String> paths(List<Device> own) {
        return List.copyOf(all(own).keySet());
    }

    private static SequencedMap<String, Device> all(List<Device> own) {
        SequencedMap<String, Device> devices = new LinkedHashMap<>();
        DEVICES.forEach(device -> devices.put(device.path(), device));
        own.forEach(device -> devices.put(device.path(), device));
        devices.keySet().removeAll(LINKS.keySet());
        return devices;
    }

    static List<Step> links() {
        return LINKS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .<Step>map(link -> new Step.MakeSymlink(link.getValue(), link.getKey()))
                .toList();
    }

    static List<Step> directories(List<Device> devices) {
        SequencedSet<String> parents = new LinkedHashSet<>();
        devices.forEach(
                device -> parents.add(device.path().substring(0, device.path().lastIndexOf('/'))));
        return parents.stream()
                .filter(parent -> !parent.isEmpty() && !parent.equals("/dev"))
                .<Step>map(parent -> new Step.MakeDirectory(parent, 0755, 0, 0))
                .toList();
    }

    private static Step step(Device device) throws InvalidSpecException {
        int type = switch (device.type()) {
            case "c", "u" -> S_IFCHR;
            case "b" -> S_IFBLK;
            case "p" -> S_IFIFO;
            default -> throw new InvalidSpecException("device " + device.path() + ": unknown type " + device.type());
        };
        return new Step.MakeNode(
                device.path(),
                type,
                device.fileMode() == null ? DEFAULT_MODE : device.fileMode() & 07777,
                device.major(),
                device.minor(),
                device.uid() == null ? 0 : device.uid(),
                device.gid() == null ? 0 : device.gid());
    }

    private static Device node(String path, int major, int minor) {
        return new Device(path, "c", major, minor, DEFAULT_MODE, 0, 0);
    }
}
