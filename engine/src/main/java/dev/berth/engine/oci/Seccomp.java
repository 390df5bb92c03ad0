package dev.berth.engine.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A seccomp profile (config-linux.md, Seccomp). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Seccomp(
        String defaultAction,
        @Nullable Integer defaultErrnoRet,
        List<String> architectures,
        List<String> flags,
        List<Syscall> syscalls) {
    public Seccomp {
        architectures = Absent.list(architectures);
        flags = Absent.list(flags);
        syscalls = Absent.list(syscalls);
    }

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Syscall(
            List<String> names, String action, @Nullable Integer errnoRet, List<Argument> args) {
        public Syscall {
            names = Absent.list(names);
            args = Absent.list(args);
        }
    }

    /** Compares a system call's argument; {@code valueTwo} is the second operand of {@code SCMP_CMP_MASKED_EQ}. */
    public record Argument(int index, long value, long valueTwo, String op) {}
}
