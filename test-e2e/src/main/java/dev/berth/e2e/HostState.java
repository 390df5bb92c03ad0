package dev.berth.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;

/** What of this host carries a runtime's marks: processes, mounts, links, cgroups, packet filter rules. */
public record HostState(List<String> lines) {
    private static final java.time.Duration KERNEL_DELAY = java.time.Duration.ofSeconds(10);

    public HostState {
        lines = List.copyOf(lines);
    }

    public static HostState of(Marks marks) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(Checkout.current().hostState().toString()));
        command.addAll(marks.texts());
        return new HostState(
                Command.run(command.toArray(String[]::new)).orFail().lines().toList());
    }

    /** Lines that are here and were not there. */
    public List<String> since(HostState before) {
        var added = new TreeSet<>(lines);
        before.lines.forEach(added::remove);
        return List.copyOf(added);
    }

    /** Waits until nothing is left that was not there before; the kernel removes links and namespaces a little later. */
    public static void awaitSame(Marks marks, HostState before)
            throws IOException, InterruptedException, TimeoutException {
        try {
            Waiting.until(
                    "the host is as before",
                    KERNEL_DELAY,
                    () -> of(marks).since(before).isEmpty());
        } catch (TimeoutException late) {
            var left = String.join("\n  ", of(marks).since(before));
            throw (TimeoutException) new TimeoutException("left on the host:\n  " + left).initCause(late);
        }
    }
}
