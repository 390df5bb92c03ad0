package dev.berth.engine.session;

import dev.berth.engine.container.Containers;
import dev.berth.engine.container.Launch;
import dev.berth.engine.failure.EngineException;
import dev.berth.shim.ExecOptions;
import java.time.Duration;
import java.util.List;

/** Exec: starts a command in a running container and joins its streams. */
public final class Exec {
    private final Containers containers;
    private final Commands commands;

    public Exec(Containers containers, Launch launch) {
        this.containers = containers;
        this.commands = new Commands(launch);
    }

    /** The full id of a container in which the command could be started now. */
    public String check(String idOrPrefix, List<String> command, StreamChoice choice) throws EngineException {
        var container = containers.index().require(idOrPrefix);
        choice.checked("exec in container " + container.id());
        Commands.check(container, command);
        return container.id();
    }

    /** The session ends with the command, and closing it ends the command. */
    public Session open(String id, List<String> command, StreamChoice choice) throws EngineException {
        var options = new ExecOptions(choice.stdin(), choice.terminal(), Duration.ZERO);
        return new Session(commands.start(containers.index().require(id), command, options), true);
    }
}
