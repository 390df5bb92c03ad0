package dev.berth.engine.spec;

import dev.berth.engine.cdi.ContainerEdits.DeviceNode;
import dev.berth.engine.oci.Device;
import dev.berth.engine.oci.DeviceCgroup;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.User;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A device node that a CDI device brings: what its file leaves open is the host's node's, its owner the container's user. */
final class InjectedNode {
    private InjectedNode() {}

    static Device of(DeviceNode asked, String hostPath, String path, User user)
            throws InvalidSpecException, IOException {
        String type = asked.type() == null ? "" : asked.type();
        if (!type.isEmpty() && (asked.major() != 0 || type.equals("p"))) {
            return device(asked, path, type, asked.major(), asked.minor(), user);
        }
        Device found = onHost(hostPath, path);
        if (!type.isEmpty() && !type.replace('u', 'c').equals(found.type())) {
            throw new InvalidSpecException(
                    "CDI device node %s is of type %s on the host, not %s".formatted(hostPath, found.type(), type));
        }
        return device(asked, path, found.type(), found.major(), found.minor(), user);
    }

    private static Device onHost(String hostPath, String path) throws InvalidSpecException, IOException {
        List<Device> found = HostDevices.at(hostPath, path);
        if (found.size() != 1 || !found.getFirst().path().equals(path)) {
            throw new InvalidSpecException("CDI device node " + hostPath + " is a directory, not a device");
        }
        return found.getFirst();
    }

    private static Device device(DeviceNode asked, String path, String type, int major, int minor, User user)
            throws InvalidSpecException {
        if (!List.of("b", "c", "u", "p").contains(type)) {
            throw new InvalidSpecException("CDI device node " + path + ": unknown type \"" + type + "\"");
        }
        return new Device(
                path,
                type,
                major,
                minor,
                asked.fileMode(),
                asked.uid() == null ? user.uid() : asked.uid(),
                asked.gid() == null ? user.gid() : asked.gid());
    }

    /** A FIFO needs none. */
    static Optional<DeviceCgroup> rule(Device node, @Nullable String permissions) throws InvalidSpecException {
        String access = permissions == null || permissions.isEmpty() ? "rwm" : permissions;
        if (!access.matches("[rwm]{1,3}")) {
            throw new InvalidSpecException(
                    "CDI device node " + node.path() + ": permissions \"" + access + "\" are not made of r, w and m");
        }
        return node.type().equals("p")
                ? Optional.empty()
                : Optional.of(new DeviceCgroup(
                        true, node.type().replace('u', 'c'), (long) node.major(), (long) node.minor(), access));
    }
}
