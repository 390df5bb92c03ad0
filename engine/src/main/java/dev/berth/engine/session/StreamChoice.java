package dev.berth.engine.session;

import dev.berth.engine.failure.EngineException;

/**
 * Which streams of a process a client wants.
 *
 * @param terminal the process has a terminal, whose one stream of output is stdout
 */
public record StreamChoice(boolean stdin, boolean stdout, boolean stderr, boolean terminal) {
    /** As CRI's ExecRequest and AttachRequest have it: at least one, and no stderr beside a terminal. */
    public StreamChoice checked(String what) throws EngineException {
        if (terminal && stderr) {
            throw EngineException.invalid(
                    what + ": a terminal has no stream of errors of its own; ask for tty or for stderr");
        }
        if (!stdin && !stdout && !stderr) {
            throw EngineException.invalid(what + ": none of stdin, stdout and stderr is asked for");
        }
        return this;
    }
}
