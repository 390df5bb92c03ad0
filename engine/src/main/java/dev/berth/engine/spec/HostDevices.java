package dev.berth.engine.spec;

import dev.berth.engine.oci.Device;
import dev.berth.engine.oci.InvalidSpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The device nodes of a host directory. */
final class HostDevices {
    /** Far more than any host has; a device directory that is not one must not fill the heap. */
    private static final int MAX_DEVICES = 16_384;

    private static final int S_IFMT = 0170000;
    private static final int S_IFBLK = 0060000;
    private static final int S_IFCHR = 0020000;

    /** Mounts below /dev that every container has of its own. */
    private static final Set<String> OWN = Set.of("pts", "shm", "mqueue", "fd", "console");

    private HostDevices() {}

    /** All nodes of the host's /dev, at the same paths in the container. */
    static List<Device> all(Path directory) throws InvalidSpecException, IOException {
        List<Device> devices = new ArrayList<>();
        try (Stream<Path> children = Files.list(directory)) {
            for (Path child : children.sorted().toList()) {
                if (!OWN.contains(String.valueOf(child.getFileName()))) {
                    devices.addAll(below(child, "/dev/" + child.getFileName()));
                }
            }
        }
        return devices;
    }

    /** The node that a host path names, its links followed, or all nodes below it. */
    static List<Device> at(String hostPath, String containerPath) throws InvalidSpecException, IOException {
        if (!hostPath.startsWith("/")) {
            throw new InvalidSpecException("device \"" + hostPath + "\": the host path is not absolute");
        }
        try {
            List<Device> devices = below(Path.of(hostPath).toRealPath(), containerPath);
            if (devices.isEmpty()) {
                throw new InvalidSpecException("device " + hostPath + " is neither a device nor a directory of some");
            }
            return devices;
        } catch (NoSuchFileException e) {
            throw new InvalidSpecException("device " + hostPath + " does not exist on the host", e);
        }
    }

    private static List<Device> below(Path path, String containerPath) throws InvalidSpecException, IOException {
        List<Device> devices = new ArrayList<>();
        try (Stream<Path> tree = Files.walk(path)) {
            for (Path node : (Iterable<Path>) tree.sorted()::iterator) {
                String relative = path.relativize(node).toString();
                device(node, relative.isEmpty() ? containerPath : containerPath + "/" + relative)
                        .ifPresent(devices::add);
                if (devices.size() > MAX_DEVICES) {
                    throw new InvalidSpecException("more than " + MAX_DEVICES + " devices below " + path);
                }
            }
        }
        return devices;
    }

    /** Empty for what is no device, and for a node that went away meanwhile. */
    private static Optional<Device> device(Path node, String containerPath) throws IOException {
        try {
            Map<String, Object> stat = Files.readAttributes(node, "unix:mode,rdev,uid,gid", LinkOption.NOFOLLOW_LINKS);
            int mode = number(stat, "mode").intValue();
            int type = mode & S_IFMT;
            return type == S_IFCHR || type == S_IFBLK
                    ? Optional.of(device(containerPath, type == S_IFCHR ? "c" : "b", mode & 07777, stat))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Device device(String path, String type, int permissions, Map<String, Object> stat) {
        long rdev = number(stat, "rdev").longValue();
        return new Device(
                path,
                type,
                (int) (((rdev >>> 8) & 0xfff) | ((rdev >>> 32) & ~0xfff)),
                (int) ((rdev & 0xff) | ((rdev >>> 12) & ~0xff)),
                permissions,
                number(stat, "uid").intValue(),
                number(stat, "gid").intValue());
    }

    private static Number number(Map<String, Object> stat, String attribute) {
        return stat.get(attribute) instanceof Number value ? value : 0;
    }
}
