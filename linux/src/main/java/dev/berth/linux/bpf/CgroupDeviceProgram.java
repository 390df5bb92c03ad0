package dev.berth.linux.bpf;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A loaded BPF program of type {@code BPF_PROG_TYPE_CGROUP_DEVICE}. It lives on while it is attached. */
public final class CgroupDeviceProgram implements AutoCloseable {
    private static final long SYS_BPF = Platform.isARM() ? 280 : 321;
    private static final long BPF_PROG_LOAD = 5;
    private static final long BPF_PROG_ATTACH = 8;
    private static final long BPF_PROG_DETACH = 9;
    private static final long BPF_PROG_GET_FD_BY_ID = 13;
    private static final long BPF_PROG_QUERY = 16;
    private static final int TYPE_CGROUP_DEVICE = 15;
    private static final int ATTACH_CGROUP_DEVICE = 6;
    private static final int ALLOW_MULTI = 2;

    /** The kernel attaches no more than this many programs of one kind to a cgroup (BPF_CGROUP_MAX_PROGS). */
    private static final int MOST_ATTACHED = 64;

    /** {@code union bpf_attr} as far as the newest field used here; the kernel takes the rest as zero. */
    private static final int ATTRIBUTES = 64;

    /** The verifier gives up with EAGAIN when a signal is pending. */
    private static final int ATTEMPTS = 5;

    private static final int LOG = 64 * 1024;
    private static final int INSTRUCTION = 8;

    private final Fd fd;

    private CgroupDeviceProgram(Fd fd) {
        this.fd = fd;
    }

    /** Has the kernel verify the instructions; its log is a part of the error when it refuses them. */
    public static CgroupDeviceProgram load(byte[] instructions) throws ErrnoException {
        try (var code = new Memory(instructions.length);
                var license = new Memory(16);
                var attributes = cleared(ATTRIBUTES)) {
            code.write(0, instructions, 0, instructions.length);
            license.setString(0, "Apache-2.0", StandardCharsets.US_ASCII.name());
            attributes.setInt(0, TYPE_CGROUP_DEVICE);
            attributes.setInt(4, instructions.length / INSTRUCTION);
            attributes.setPointer(8, code);
            attributes.setPointer(16, license);
            long result = bpf(BPF_PROG_LOAD, attributes);
            if (result < 0) {
                int errno = Native.getLastError();
                throw new ErrnoException("bpf", "BPF_PROG_LOAD, cgroup device, " + verifierLog(attributes), errno);
            }
            return new CgroupDeviceProgram(new Fd(Math.toIntExact(result)));
        }
    }

    /**
     * Attaches this program to a v2 cgroup and detaches those that were there. An access must be allowed by all that are
     * attached, so in between only what both allow is allowed.
     */
    public void replaceOn(Fd cgroup, String name) throws ErrnoException {
        List<Integer> before = attached(cgroup, name);
        try (var attributes = target(cgroup, fd)) {
            attributes.setInt(12, ALLOW_MULTI);
            check(bpf(BPF_PROG_ATTACH, attributes), "BPF_PROG_ATTACH, " + name);
        }
        for (int id : before) {
            detach(cgroup, id, name);
        }
    }

    /** Ids of the device programs attached to a v2 cgroup itself (not to its ancestors). */
    public static List<Integer> attached(Fd cgroup, String name) throws ErrnoException {
        try (var ids = cleared(4 * MOST_ATTACHED);
                var attributes = cleared(ATTRIBUTES)) {
            attributes.setInt(0, cgroup.number());
            attributes.setInt(4, ATTACH_CGROUP_DEVICE);
            attributes.setPointer(16, ids);
            attributes.setInt(24, MOST_ATTACHED);
            check(bpf(BPF_PROG_QUERY, attributes), "BPF_PROG_QUERY, " + name);
            var list = new ArrayList<Integer>();
            for (int i = 0; i < attributes.getInt(24); i++) {
                list.add(ids.getInt(4L * i));
            }
            return list;
        }
    }

    @Override
    public void close() {
        fd.close();
    }

    private static void detach(Fd cgroup, int id, String name) throws ErrnoException {
        try (var attributes = cleared(ATTRIBUTES)) {
            attributes.setInt(0, id);
            long result = bpf(BPF_PROG_GET_FD_BY_ID, attributes);
            check(result, "BPF_PROG_GET_FD_BY_ID, " + id);
            try (var program = new Fd(Math.toIntExact(result));
                    var detach = target(cgroup, program)) {
                check(bpf(BPF_PROG_DETACH, detach), "BPF_PROG_DETACH, " + name);
            }
        }
    }

    private static Memory target(Fd cgroup, Fd program) {
        var attributes = cleared(ATTRIBUTES);
        attributes.setInt(0, cgroup.number());
        attributes.setInt(4, program.number());
        attributes.setInt(8, ATTACH_CGROUP_DEVICE);
        return attributes;
    }

    /** Loads once more with a log, which is not worth its cost when all is well. */
    private static String verifierLog(Memory attributes) {
        try (var log = cleared(LOG)) {
            attributes.setInt(24, 1);
            attributes.setInt(28, LOG);
            attributes.setPointer(32, log);
            if (bpf(BPF_PROG_LOAD, attributes) >= 0) {
                return "accepted the second time";
            }
            return log.getString(0, StandardCharsets.US_ASCII.name()).strip();
        }
    }

    private static long bpf(long command, Memory attributes) {
        for (int attempt = 1; ; attempt++) {
            long result = BpfLibc.syscall(SYS_BPF, command, attributes, ATTRIBUTES);
            if (result >= 0 || Native.getLastError() != Errno.EAGAIN || attempt == ATTEMPTS) {
                return result;
            }
        }
    }

    private static void check(long result, String subject) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException("bpf", subject, Native.getLastError());
        }
    }

    private static Memory cleared(int size) {
        var memory = new Memory(size);
        memory.clear();
        return memory;
    }
}
