package dev.berth.engine.host;

import dev.berth.linux.Reason;
import dev.berth.shim.ShimBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Whether this host still lets the daemon do what every pod needs. */
public final class Health {
    /** Whoever asks more often gets the last finding. */
    private static final Duration FRESH = Duration.ofSeconds(3);

    private final List<Path> places;
    private final List<Path> cgroups;
    private final ShimBinary shim;
    private Optional<Problem> found = Optional.empty();
    private long lookedAt;

    /**
     * What is to be looked at.
     *
     * @param places directories that files are made in
     * @param cgroups mount points of the hierarchies that cgroups are made in
     */
    public Health(List<Path> places, List<Path> cgroups, ShimBinary shim) {
        this.places = List.copyOf(places);
        this.cgroups = List.copyOf(cgroups);
        this.shim = shim;
        this.lookedAt = System.nanoTime() - FRESH.toNanos();
    }

    /** Why no pod can be started now. */
    public record Problem(String reason, String message) {}

    /** The first problem found; absent if there is none. */
    public synchronized Optional<Problem> problem() {
        if (System.nanoTime() - lookedAt >= FRESH.toNanos()) {
            found = look();
            lookedAt = System.nanoTime();
        }
        return found;
    }

    private Optional<Problem> look() {
        for (Path place : places) {
            if (!Files.isWritable(place)) {
                return Optional.of(new Problem(
                        "StoreNotWritable", place + " cannot be written; is its file system mounted read-only?"));
            }
        }
        for (Path hierarchy : cgroups) {
            if (!Files.isWritable(hierarchy)) {
                return Optional.of(new Problem(
                        "CgroupsNotWritable",
                        hierarchy + " cannot be written; is it mounted read-only, or not any more?"));
            }
        }
        return unstartable();
    }

    private Optional<Problem> unstartable() {
        try {
            shim.probe();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(new Problem(
                    "ShimNotRunnable",
                    "berth-shim, which every container needs, cannot be started: %s; look at the limits of processes and memory"
                            .formatted(Reason.of(e))));
        }
    }
}
