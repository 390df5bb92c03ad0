package dev.berth.engine.spec;

import dev.berth.engine.host.HostFacts;
import dev.berth.engine.oci.Device;
import dev.berth.engine.oci.DeviceCgroup;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.ContainerPath;
import dev.berth.engine.request.DeviceInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The devices of a container beyond those every one has, and the whole of its device cgroup's rules. */
record Devices(List<Device> nodes, List<DeviceCgroup> rules) {
    private static final int UNIX98_PTY_SLAVE_MAJOR = 136;

    static Devices of(ContainerInput input, HostFacts host) throws InvalidSpecException, IOException {
        return requested(input).over(input.security().privileged() ? ofHost(input, host) : ofEveryContainer());
    }

    private static Devices ofEveryContainer() {
        return new Devices(List.of(), everyContainer());
    }

    private static Devices ofHost(ContainerInput input, HostFacts host) throws InvalidSpecException, IOException {
        List<Device> nodes = HostDevices.all(host.devices());
        boolean users = input.pod().userNamespace().isPresent();
        return new Devices(
                nodes, users ? openToOthers(nodes) : List.of(new DeviceCgroup(true, "a", null, null, "rwm")));
    }

    /** On top of others, of which one with the same path gives way. */
    private Devices over(Devices others) {
        Set<String> own = nodes.stream().map(Device::path).collect(Collectors.toSet());
        Stream<Device> kept = others.nodes.stream().filter(device -> !own.contains(device.path()));
        return new Devices(
                Stream.concat(kept, nodes.stream()).toList(),
                Stream.concat(others.rules.stream(), rules.stream()).toList());
    }

    /**
     * In a user namespace the nodes' own permissions are not enough: an image or a volume whose ids are mapped may bring a node of
     * any device that belongs to the container's root.
     */
    private static List<DeviceCgroup> openToOthers(List<Device> nodes) {
        List<DeviceCgroup> rules = new ArrayList<>(everyContainer());
        for (Device node : nodes) {
            int mode = node.fileMode() == null ? 0 : node.fileMode();
            String access = ((mode & 4) == 0 ? "" : "r") + ((mode & 2) == 0 ? "" : "w");
            if (!access.isEmpty()) {
                rules.add(allow(node.type(), (long) node.major(), (long) node.minor(), access));
            }
        }
        return rules;
    }

    private static Devices requested(ContainerInput container) throws InvalidSpecException, IOException {
        List<Device> nodes = new ArrayList<>();
        List<DeviceCgroup> rules = new ArrayList<>();
        for (DeviceInput input : container.devices()) {
            String access = permissions(input);
            String path = ContainerPath.checked("device path", input.containerPath());
            if (container.pod().userNamespace().isPresent() && !path.equals(input.hostPath())) {
                throw new InvalidSpecException(
                        "device " + input.hostPath() + ": in a user namespace it cannot have another path, " + path);
            }
            for (Device device : HostDevices.at(input.hostPath(), path)) {
                nodes.add(device);
                rules.add(allow(device.type(), (long) device.major(), (long) device.minor(), access));
            }
        }
        return new Devices(nodes, rules);
    }

    private static String permissions(DeviceInput input) throws InvalidSpecException {
        String permissions = input.permissions().isEmpty() ? "rwm" : input.permissions();
        if (!permissions.matches("[rwm]{1,3}")) {
            throw new InvalidSpecException(
                    "device " + input.hostPath() + ": permissions \"" + permissions + "\" are not made of r, w and m");
        }
        return permissions;
    }

    /** Nothing, then mknod of anything, and use of the standard nodes and of terminals. */
    private static List<DeviceCgroup> everyContainer() {
        return List.of(
                new DeviceCgroup(false, "a", null, null, "rwm"),
                allow("c", null, null, "m"),
                allow("b", null, null, "m"),
                allow("c", 1L, 3L, "rwm"),
                allow("c", 1L, 5L, "rwm"),
                allow("c", 1L, 7L, "rwm"),
                allow("c", 1L, 8L, "rwm"),
                allow("c", 1L, 9L, "rwm"),
                allow("c", 5L, 0L, "rwm"),
                allow("c", 5L, 1L, "rwm"),
                allow("c", 5L, 2L, "rwm"),
                allow("c", (long) UNIX98_PTY_SLAVE_MAJOR, null, "rwm"));
    }

    private static DeviceCgroup allow(String type, @Nullable Long major, @Nullable Long minor, String access) {
        return new DeviceCgroup(true, type, major, minor, access);
    }
}
