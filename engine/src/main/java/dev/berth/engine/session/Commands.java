package dev.berth.engine.session;

import dev.berth.engine.container.Container;
import dev.berth.engine.container.ContainerState;
import dev.berth.engine.container.Launch;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.shim.ExecOptions;
import dev.berth.shim.Execution;
import dev.berth.shim.LaunchException;
import java.io.IOException;
import java.util.List;

/** Starts commands in running containers, and says what went wrong with them. */
final class Commands {
    private final Launch launch;

    Commands(Launch launch) {
        this.launch = launch;
    }

    Execution start(Container container, List<String> command, ExecOptions options) throws EngineException {
        var shim = check(container, command).shim();
        try {
            return launch.exec(container.record(), shim, command, options);
        } catch (InvalidSpecException e) {
            throw new EngineException(Code.INVALID_ARGUMENT, message(container, command, e), e);
        } catch (LaunchException e) {
            throw new EngineException(Code.FAILED_PRECONDITION, message(container, command, e), e);
        } catch (IOException e) {
            throw broken(container, command, e);
        }
    }

    /** A command can be started only where something runs. */
    static ContainerState.Running check(Container container, List<String> command) throws EngineException {
        if (command.isEmpty()) {
            throw EngineException.invalid("exec in container %s: no command given".formatted(container.id()));
        }
        return container.requireRunning();
    }

    /** The connection to the command is lost. */
    static EngineException broken(Container container, List<String> command, IOException cause) {
        return new EngineException(Code.INTERNAL, message(container, command, cause), cause);
    }

    private static String message(Container container, List<String> command, Exception cause) {
        return "exec %s in container %s: %s".formatted(command, container.id(), cause.getMessage());
    }
}
