package dev.berth.engine.failure;

import dev.berth.engine.failure.EngineException.Code;
import dev.berth.linux.Errno;
import dev.berth.shim.LaunchException;

/** Whose fault it is that a shim could not start what it was asked to. */
public final class LaunchFailure {
    private LaunchFailure() {}

    public static Code code(LaunchException failure) {
        return switch (failure.errno()) {
            case Errno.ETIMEDOUT -> Code.DEADLINE_EXCEEDED;
            case Errno.ENOMEM, Errno.ENOSPC, Errno.EAGAIN -> Code.RESOURCE_EXHAUSTED;
            default -> code(failure.stepName());
        };
    }

    /** What the request gives these steps decides whether they succeed; any other that fails is this host's fault. */
    private static Code code(String step) {
        return switch (step) {
            case "exec", "seccomp", "sysctl", "working_directory" -> Code.INVALID_ARGUMENT;
            default -> Code.INTERNAL;
        };
    }
}
