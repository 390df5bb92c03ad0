package dev.berth.linux.mount;

import java.util.OptionalInt;

/**
 * A line of mountinfo.
 *
 * @param root the directory of the file system that is mounted
 * @param options of the mount, such as {@code rw,relatime}; {@code superOptions} are the file system's
 * @param peerGroup the group that shares its propagation, if the mount is shared
 * @param master the group it receives propagation from, if it is a slave
 */
public record MountEntry(
        int id,
        int parent,
        String root,
        String mountPoint,
        String options,
        OptionalInt peerGroup,
        OptionalInt master,
        String fsType,
        String source,
        String superOptions) {
    public boolean shared() {
        return peerGroup.isPresent();
    }

    public boolean slave() {
        return master.isPresent();
    }
}
