package dev.berth.engine.sandbox;

import dev.berth.engine.failure.EngineException;

/** The containers of a sandbox, as the sandbox's verbs see them. */
public interface SandboxContents {
    /** Kills every running container of the sandbox and waits for their ends. */
    void kill(String sandboxId) throws EngineException, InterruptedException;

    /** Removes every container of the sandbox, running or not. */
    void remove(String sandboxId) throws EngineException, InterruptedException;
}
