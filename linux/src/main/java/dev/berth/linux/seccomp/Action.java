package dev.berth.linux.seccomp;

import java.util.Optional;

/** What the kernel does with a system call, by the OCI runtime specification's name. */
public enum Action {
    KILL_THREAD("SCMP_ACT_KILL_THREAD", 0x00000000),
    KILL_PROCESS("SCMP_ACT_KILL_PROCESS", 0x80000000),
    TRAP("SCMP_ACT_TRAP", 0x00030000),
    ERRNO("SCMP_ACT_ERRNO", 0x00050000),
    TRACE("SCMP_ACT_TRACE", 0x7ff00000),
    LOG("SCMP_ACT_LOG", 0x7ffc0000),
    ALLOW("SCMP_ACT_ALLOW", 0x7fff0000);

    private final String specName;
    private final int code;

    Action(String specName, int code) {
        this.specName = specName;
        this.code = code;
    }

    public String specName() {
        return specName;
    }

    /** By name; {@code SCMP_ACT_KILL} is the older name of killing the thread. */
    public static Optional<Action> named(String name) {
        if (name.equals("SCMP_ACT_KILL")) {
            return Optional.of(KILL_THREAD);
        }
        for (Action action : values()) {
            if (action.specName.equals(name)) {
                return Optional.of(action);
            }
        }
        return Optional.empty();
    }

    /** Whether the action has a number with it: an errno to return or a message for the tracer. */
    boolean numbered() {
        return this == ERRNO || this == TRACE;
    }

    /** {@code SCMP_ACT_*} with its number in the lower half. */
    int code(int number) {
        return numbered() ? code | (number & 0xffff) : code;
    }
}
