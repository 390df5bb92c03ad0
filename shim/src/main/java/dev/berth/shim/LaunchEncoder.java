package dev.berth.shim;

import dev.berth.shim.plan.LaunchPlan;
import dev.berth.shim.plan.PlanEncoder;
import dev.berth.shim.plan.WireBuffer;
import java.nio.file.Path;
import java.time.Duration;

/** Launches in the shim's wire format (shim/PROTOCOL.md). */
final class LaunchEncoder {
    static final int MAGIC = 0x48545242;
    static final int VERSION = 1;
    static final int KIND_CONTAINER = 0;
    static final int KIND_SANDBOX = 1;
    static final int FLAG_STDIN = 1;
    static final int FLAG_STDIN_ONCE = 2;
    static final int FLAG_TERMINAL = 4;

    private LaunchEncoder() {}

    static byte[] container(ContainerLaunch launch, Duration limit) throws LaunchException {
        return container(launch, limit, launch.descriptors().size());
    }

    static byte[] container(ContainerLaunch launch, Duration limit, int descriptors) throws LaunchException {
        int flags = (launch.stdin() ? FLAG_STDIN : 0)
                | (launch.stdinOnce() ? FLAG_STDIN_ONCE : 0)
                | (launch.terminal() ? FLAG_TERMINAL : 0);
        WireBuffer out = header(KIND_CONTAINER, launch.id(), launch.directory())
                .number32(flags)
                .string(launch.log().map(Logging::directory).orElse(""))
                .string(launch.log().map(Logging::relativePath).orElse(""))
                .string(launch.oomFile().orElse(""))
                .number32(Math.toIntExact(limit.toMillis()));
        return plan(launch.plan(), descriptors, out);
    }

    static byte[] sandbox(SandboxLaunch launch, Duration limit) throws LaunchException {
        WireBuffer out = header(KIND_SANDBOX, launch.id(), launch.directory())
                .number32(0)
                .string("")
                .string("")
                .string("")
                .number32(Math.toIntExact(limit.toMillis()));
        return plan(launch.plan(), launch.descriptors().size(), out);
    }

    static byte[] exec(LaunchPlan plan, ExecOptions options) throws LaunchException {
        int flags = (options.stdin() ? FLAG_STDIN : 0) | (options.terminal() ? FLAG_TERMINAL : 0);
        WireBuffer out = new WireBuffer()
                .number32(flags)
                .number32(Math.toIntExact(options.drain().toMillis()));
        return plan(plan, 0, out);
    }

    private static WireBuffer header(int kind, String id, Path directory) {
        return new WireBuffer()
                .number32(MAGIC)
                .number32(VERSION)
                .octet(kind)
                .string(id)
                .string(directory.toAbsolutePath().toString());
    }

    private static byte[] plan(LaunchPlan plan, int descriptors, WireBuffer out) throws LaunchException {
        PlanEncoder.encode(plan, descriptors, out);
        byte[] encoded = out.toArray();
        ArgumentList.check(plan, encoded.length);
        return encoded;
    }
}
