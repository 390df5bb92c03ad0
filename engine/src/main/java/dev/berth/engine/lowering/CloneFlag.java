package dev.berth.engine.lowering;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Namespace;

/** {@code CLONE_NEW*} of linux/sched.h. */
final class CloneFlag {
    static final long NEWNS = 0x0002_0000L;
    static final long NEWCGROUP = 0x0200_0000L;
    static final long NEWUTS = 0x0400_0000L;
    static final long NEWIPC = 0x0800_0000L;
    static final long NEWUSER = 0x1000_0000L;
    static final long NEWPID = 0x2000_0000L;
    static final long NEWNET = 0x4000_0000L;

    /** All namespaces a container's init may have of its own or of its pod, but that of its users. */
    static final long EVERY = NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWPID | NEWNET;

    private CloneFlag() {}

    static long of(Namespace namespace) throws InvalidSpecException {
        return switch (namespace.type()) {
            case Namespace.USER -> NEWUSER;
            case Namespace.PID -> NEWPID;
            case Namespace.NETWORK -> NEWNET;
            case Namespace.MOUNT -> NEWNS;
            case Namespace.IPC -> NEWIPC;
            case Namespace.UTS -> NEWUTS;
            case Namespace.CGROUP -> NEWCGROUP;
            default -> throw new InvalidSpecException("unsupported: a " + namespace.type() + " namespace");
        };
    }
}
