package dev.berth.engine.session;

import dev.berth.engine.container.Container;
import dev.berth.engine.container.Containers;
import dev.berth.engine.container.Launch;
import dev.berth.engine.container.StopSignal;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import dev.berth.shim.ExecOptions;
import dev.berth.shim.Execution;
import dev.berth.shim.Output;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** ExecSync: runs a command in a container to its end, or kills it and all it started when its time is up. */
public final class ExecSync {
    /** The exit code of a process that SIGKILL ended. */
    private static final int KILLED = 128 + StopSignal.SIGKILL;

    /** Bytes of output that all running commands together may keep in the daemon's heap. */
    private static final int OUTPUT_BUDGET = 24 << 20;

    private final Containers containers;
    private final Commands commands;
    private final Semaphore budget = new Semaphore(OUTPUT_BUDGET);
    private final ScheduledExecutorService timers;

    public ExecSync(Containers containers, Launch launch) {
        this.containers = containers;
        this.commands = new Commands(launch);
        this.timers = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("exec timeouts").factory());
    }

    /** What the command wrote, as far as it is kept, and how it ended. */
    public record Result(ByteBuffer stdout, ByteBuffer stderr, int exitCode) {}

    /** A timeout of zero means none. */
    public Result run(String idOrPrefix, List<String> command, Duration timeout) throws EngineException {
        var container = containers.index().require(idOrPrefix);
        try (var execution = commands.start(container, command, ExecOptions.PLAIN)) {
            return await(execution, container, command, timeout);
        } catch (IOException e) {
            throw Commands.broken(container, command, e);
        }
    }

    private Result await(Execution execution, Container container, List<String> command, Duration timeout)
            throws IOException, EngineException {
        var late = new AtomicBoolean();
        var timer = timer(execution, timeout, late);
        try (var stdout = new CappedOutput(budget);
                var stderr = new CappedOutput(budget)) {
            while (true) {
                switch (execution.next()) {
                    case Output.Stdout(var content) -> stdout.add(content);
                    case Output.Stderr(var content) -> stderr.add(content);
                    case Output.Exited(int code, int _) -> {
                        if (late.get() && code == KILLED) {
                            throw new EngineException(
                                    Code.DEADLINE_EXCEEDED,
                                    "exec %s in container %s: timed out after %d s and was killed"
                                            .formatted(command, container.id(), timeout.toSeconds()));
                        }
                        return new Result(stdout.kept(), stderr.kept(), code);
                    }
                }
            }
        } finally {
            timer.ifPresent(each -> each.cancel(false));
        }
    }

    private Optional<ScheduledFuture<?>> timer(Execution execution, Duration timeout, AtomicBoolean late) {
        if (!timeout.isPositive()) {
            return Optional.empty();
        }
        Runnable kill = () -> Thread.ofVirtual().name("exec timeout").start(() -> {
            late.set(true);
            try {
                execution.signal(StopSignal.SIGKILL);
            } catch (IOException _) {
                // the connection is gone, and with it the command: next() tells
            }
        });
        return Optional.of(timers.schedule(kill, timeout.toMillis(), TimeUnit.MILLISECONDS));
    }
}
