package dev.berth.cgroup.v2;

import dev.berth.cgroup.device.DevicePolicy;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import dev.berth.linux.bpf.CgroupDeviceProgram;
import dev.berth.linux.kernfs.Kernfs;

/** v2 has no files for devices: a BPF program that answers for each access is attached to the cgroup. */
public final class DevicesV2 {
    private DevicesV2() {}

    public static void replace(String directory, DevicePolicy policy) throws ErrnoException {
        try (Fd cgroup = Kernfs.directory(directory);
                CgroupDeviceProgram program = CgroupDeviceProgram.load(DeviceBytecode.of(policy))) {
            program.replaceOn(cgroup, directory);
        }
    }
}
