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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** ExecSync: runs a command in a container to its end, or kills it and all it started when its time is up. */
public final class ExecSync {
    /** The exit code of a process that SIGKILL ended. */
    private static final int KILLED = 128 + StopSignal.SIGKILL;

    /** Bytes of output of one command: what a CRI client takes in one message, 16 MiB, with room for the rest of it. */
    private static final int OUTPUT_LIMIT = (16 << 20) - (4 << 10);

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

    /**
     * A command whose caller goes away is killed like one whose time is up.
     *
     * @param timeout zero means none
     * @param caller takes what is to be run when the caller has gone; at once, if it has already
     */
    public Result run(String idOrPrefix, List<String> command, Duration timeout, Consumer<Runnable> caller)
            throws EngineException {
        var container = containers.index().require(idOrPrefix);
        try (var execution = commands.start(container, command, ExecOptions.PLAIN)) {
            return await(execution, container, command, timeout, caller);
        } catch (IOException e) {
            throw Commands.broken(container, command, e);
        }
    }

    private Result await(
            Execution execution, Container container, List<String> command, Duration timeout, Consumer<Runnable> caller)
            throws IOException, EngineException {
        var early = new EarlyEnd(execution);
        var timer = timer(early, timeout);
        caller.accept(() -> early.kill(Code.CANCELLED));
        var allowance = new Semaphore(OUTPUT_LIMIT);
        try (var stdout = new CappedOutput(allowance, budget);
                var stderr = new CappedOutput(allowance, budget)) {
            while (true) {
                switch (execution.next()) {
                    case Output.Stdout(var content) -> stdout.add(content);
                    case Output.Stderr(var content) -> stderr.add(content);
                    case Output.Exited(int code, int _) -> {
                        if (code == KILLED && early.reason().isPresent()) {
                            throw killed(early.reason().get(), container, command, timeout);
                        }
                        return new Result(stdout.kept(), stderr.kept(), code);
                    }
                }
            }
        } finally {
            early.over();
            timer.ifPresent(each -> each.cancel(false));
        }
    }

    private static EngineException killed(Code reason, Container container, List<String> command, Duration timeout) {
        var why = reason == Code.CANCELLED ? "its caller has gone" : "timed out after " + timeout.toSeconds() + " s";
        return new EngineException(
                reason, "exec %s in container %s: %s and was killed".formatted(command, container.id(), why));
    }

    private Optional<ScheduledFuture<?>> timer(EarlyEnd early, Duration timeout) {
        if (!timeout.isPositive()) {
            return Optional.empty();
        }
        Runnable kill = () -> early.kill(Code.DEADLINE_EXCEEDED);
        return Optional.of(timers.schedule(kill, timeout.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** The end of a command before its time, for the first reason that comes. */
    private static final class EarlyEnd {
        private final Execution execution;
        private boolean over;
        private @Nullable Code reason;

        EarlyEnd(Execution execution) {
            this.execution = execution;
        }

        /** On a thread of its own: neither the timers nor whoever learns that a caller has gone may wait for a shim. */
        synchronized void kill(Code why) {
            if (!over && reason == null) {
                reason = why;
                Thread.ofVirtual().name("exec kill").start(this::kill);
            }
        }

        private void kill() {
            try {
                execution.signal(StopSignal.SIGKILL);
            } catch (IOException _) {
                // the connection is gone, and with it the command: next() tells
            }
        }

        synchronized Optional<Code> reason() {
            return Optional.ofNullable(reason);
        }

        synchronized void over() {
            over = true;
        }
    }
}
