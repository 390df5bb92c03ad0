package dev.berth.engine.container;

import dev.berth.shim.Shim;
import java.util.concurrent.CountDownLatch;

/** Where a container is in its life. Times are nanoseconds since the epoch. */
public sealed interface ContainerState {
    /** Made, never started. */
    record Created() implements ContainerState {}

    /** Its shim supervises its init; {@code ended} opens when the container is shown as exited. */
    record Running(Shim shim, long startedAt, CountDownLatch ended) implements ContainerState {}

    /** Over. {@code startedAt} is 0 if its command never ran. */
    record Exited(long startedAt, long finishedAt, int exitCode, String reason, String message)
            implements ContainerState {}
}
