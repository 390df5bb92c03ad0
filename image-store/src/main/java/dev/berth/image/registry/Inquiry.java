package dev.berth.image.registry;

import dev.berth.image.registry.failure.Cause;
import dev.berth.image.registry.failure.HostFailure;
import dev.berth.image.registry.failure.RegistryException;
import dev.berth.image.registry.failure.RegistryException.Kind;
import dev.berth.image.registry.host.RegistryHost;
import dev.berth.image.registry.http.Transfer;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One question put to hosts in turn until one has the answer. A host that is busy gives way to the next, and is asked again, after the
 * pause it wants, if none of the others could help.
 */
final class Inquiry {
    private final String what;
    private final Transfer transfer;
    private final Map<RegistryHost, IOException> failures = new LinkedHashMap<>();

    Inquiry(String what, Transfer transfer) {
        this.what = what;
        this.transfer = transfer;
    }

    @FunctionalInterface
    interface Ask<T> {
        T of(RegistryHost host) throws IOException, InterruptedException;
    }

    /** When a host is to be asked, in nanoseconds from the start of the inquiry. */
    private record Turn(long due, RegistryHost host, int attempt) {}

    <T> T put(List<RegistryHost> hosts, Ask<T> ask) throws RegistryException, InterruptedException {
        var begin = System.nanoTime();
        var turns = new PriorityQueue<Turn>(Comparator.comparingLong(Turn::due));
        // negative, so that all first turns come before any second one, in their order
        hosts.forEach(host -> turns.add(new Turn(turns.size() - hosts.size(), host, 1)));
        for (@Nullable Turn turn = turns.poll(); turn != null; turn = turns.poll()) {
            // the back-off of a retry, as long as the registry's Retry-After asks
            Thread.sleep(Duration.ofNanos(Math.max(0, turn.due - (System.nanoTime() - begin))));
            try {
                return ask.of(turn.host);
            } catch (InterruptedIOException e) {
                throw (InterruptedException) new InterruptedException(Reason.of(e)).initCause(e);
            } catch (IOException e) {
                failures.put(turn.host, e);
                if (e instanceof HostFailure failure && failure.isBusy() && turn.attempt < transfer.attempts()) {
                    var due = System.nanoTime()
                            - begin
                            + pause(failure, turn.attempt).toNanos();
                    turns.add(new Turn(due, turn.host, turn.attempt + 1));
                }
            }
        }
        throw failure();
    }

    private Duration pause(HostFailure failure, int attempt) {
        var jitter = 0.75 + ThreadLocalRandom.current().nextDouble(0.5);
        var backOff = transfer.backOff().toMillis() * (1L << Math.min(attempt - 1, 20)) * jitter;
        var pause = failure.pause().orElse(Duration.ofMillis((long) backOff));
        return pause.compareTo(transfer.longestPause()) > 0 ? transfer.longestPause() : pause;
    }

    /** The last host is the registry itself: its answer says what kind of failure it is. */
    private RegistryException failure() {
        var tried = failures.entrySet().stream()
                .map(each -> each.getKey() + ": " + Cause.of(each.getValue()))
                .collect(Collectors.joining("; "));
        if (failures.isEmpty()) {
            return new RegistryException(Kind.UNREACHABLE, what + ": no configured host may serve it", null);
        }
        var last = List.copyOf(failures.values()).getLast();
        var kind = last instanceof HostFailure failure ? failure.kind() : Kind.UNREACHABLE;
        return new RegistryException(kind, what + ": " + tried, last);
    }
}
