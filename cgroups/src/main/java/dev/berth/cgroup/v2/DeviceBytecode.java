package dev.berth.cgroup.v2;

import dev.berth.cgroup.device.DevicePolicy;
import dev.berth.cgroup.device.DevicePolicy.Access;
import dev.berth.cgroup.device.DevicePolicy.Devices;
import dev.berth.cgroup.device.DevicePolicy.Exemption;
import dev.berth.linux.bpf.BpfAssembler;
import dev.berth.linux.bpf.BpfAssembler.Register;
import java.util.Set;

/**
 * A device policy as a BPF program. It is called with {@code struct bpf_cgroup_dev_ctx}: the type in the lower and the
 * wanted access in the upper half of the first word, then major and minor. It returns 1 to allow, 0 to refuse.
 */
final class DeviceBytecode {
    private static final int BLOCK = 1;
    private static final int CHARACTER = 2;
    private static final Register TYPE = Register.R2;
    private static final Register ACCESS = Register.R3;
    private static final Register MAJOR = Register.R4;
    private static final Register MINOR = Register.R5;
    private static final Register SCRATCH = Register.R0;

    private DeviceBytecode() {}

    static byte[] of(DevicePolicy policy) {
        var program = new BpfAssembler();
        program.loadWord(TYPE, Register.R1, 0)
                .move(ACCESS, TYPE)
                .and(TYPE, 0xffff)
                .shiftRight(ACCESS, 16)
                .loadWord(MAJOR, Register.R1, 4)
                .loadWord(MINOR, Register.R1, 8);
        for (int i = 0; i < policy.exceptions().size(); i++) {
            exception(program, policy, policy.exceptions().get(i), "after " + i);
        }
        return program.returns(policy.allowByDefault() ? 1 : 0).assemble();
    }

    /** An exception that allows must cover all that is wanted; one that denies needs to touch a part of it only. */
    private static void exception(BpfAssembler program, DevicePolicy policy, Exemption exception, String next) {
        Devices devices = exception.devices();
        program.jumpUnlessEqual(TYPE, devices.type() == 'b' ? BLOCK : CHARACTER, next);
        program.move(SCRATCH, ACCESS);
        if (policy.allowByDefault()) {
            program.and(SCRATCH, bits(exception.access())).jumpIfEqual(SCRATCH, 0, next);
        } else {
            program.and(SCRATCH, ~bits(exception.access())).jumpUnlessEqual(SCRATCH, 0, next);
        }
        devices.major().ifPresent(major -> program.jumpUnlessEqual(MAJOR, Math.toIntExact(major), next));
        devices.minor().ifPresent(minor -> program.jumpUnlessEqual(MINOR, Math.toIntExact(minor), next));
        program.returns(policy.allowByDefault() ? 0 : 1).label(next);
    }

    private static int bits(Set<Access> access) {
        return access.stream()
                .mapToInt(one -> switch (one) {
                    case MKNOD -> 1;
                    case READ -> 2;
                    case WRITE -> 4;
                })
                .sum();
    }
}
