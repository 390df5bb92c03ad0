package dev.berth.engine.sandbox;

import dev.berth.engine.failure.EngineException;
import dev.berth.shim.Shim;

/** A sandbox as it is at one moment. */
public record Sandbox(SandboxRecord record, SandboxState state) {
    public String id() {
        return record.id();
    }

    public SandboxConfig config() {
        return record.config();
    }

    public boolean ready() {
        return state instanceof SandboxState.Ready && record.phase() == SandboxRecord.Phase.MADE;
    }

    /** Whether it was to be stopped and its namespaces are still held. */
    public boolean stopUnfinished() {
        return state instanceof SandboxState.Ready && record.phase() == SandboxRecord.Phase.STOPPED;
    }

    /** The shim that holds the namespaces of a sandbox that must be ready. */
    public Shim requireHolder() throws EngineException {
        if (ready() && state instanceof SandboxState.Ready(Shim holder)) {
            return holder;
        }
        throw EngineException.precondition("sandbox %s (%s) is not ready; it was stopped or its shim is gone"
                .formatted(id(), config().metadata().key()));
    }

    Sandbox with(SandboxRecord next) {
        return new Sandbox(next, state);
    }

    Sandbox notReady() {
        return new Sandbox(record, new SandboxState.NotReady());
    }
}
