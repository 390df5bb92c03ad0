package dev.berth.engine.sandbox;

import java.util.List;

/**
 * What is remembered of a sandbox over the daemon's death.
 *
 * @param createdAt nanoseconds since the epoch
 * @param ips the pod's IP first; empty on the host's network
 */
public record SandboxRecord(String id, SandboxConfig config, long createdAt, Phase phase, List<String> ips) {
    /** How far the sandbox's life has come. */
    public enum Phase {
        /** Being made: not visible yet, and undone if the daemon finds it so at its start. */
        CREATING,
        /** Made, and not stopped by request. */
        MADE,
        /** Stopped by request. */
        STOPPED,
        /** Being removed: finished if the daemon finds it so at its start. */
        REMOVING
    }

    public SandboxRecord {
        ips = List.copyOf(ips);
    }

    SandboxRecord in(Phase next) {
        return new SandboxRecord(id, config, createdAt, next, ips);
    }

    SandboxRecord with(SandboxConfig changed) {
        return new SandboxRecord(id, changed, createdAt, phase, ips);
    }

    SandboxRecord made(List<String> addresses) {
        return new SandboxRecord(id, config, createdAt, Phase.MADE, addresses);
    }
}
