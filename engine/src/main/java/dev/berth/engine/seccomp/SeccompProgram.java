package dev.berth.engine.seccomp;

import dev.berth.shim.plan.Bytes;

/**
 * A filter as the kernel takes it.
 *
 * @param program {@code struct sock_filter} records in the host's byte order
 * @param flags for seccomp(2)
 */
public record SeccompProgram(Bytes program, long flags) {}
