package dev.berth.image.pull;

import dev.berth.image.oci.ImageReference;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How far a pull has come, or came.
 *
 * @param fetched bytes of layers that came from a registry
 * @param present bytes of layers that were here, or that another pull brought
 * @param total bytes of all layers; 0 as long as they are not known
 * @param outcome how it ended; empty while it runs
 * @param consulted the files and hosts that were asked, in order, each with what came of it
 */
public record PullReport(
        ImageReference reference,
        long fetched,
        long present,
        long total,
        int layersDone,
        int layers,
        Duration time,
        Optional<Outcome> outcome,
        List<String> consulted) {
    private static final double MEGABYTE = 1e6;

    /** How a pull ends. */
    public enum Outcome {
        SUCCEEDED,
        NOT_FOUND,
        UNAUTHORIZED,
        UNREACHABLE,
        CORRUPT,
        UNSUPPORTED,
        MISCONFIGURED,
        STORAGE,
        /** By a defect of this program. */
        DEFECT;

        static Outcome of(PullException failure) {
            return switch (failure) {
                case PullException.NotFound _ -> NOT_FOUND;
                case PullException.Unauthorized _ -> UNAUTHORIZED;
                case PullException.Unreachable _ -> UNREACHABLE;
                case PullException.Corrupt _ -> CORRUPT;
                case PullException.Unsupported _ -> UNSUPPORTED;
                case PullException.Misconfigured _ -> MISCONFIGURED;
                case PullException.Storage _ -> STORAGE;
            };
        }
    }

    public PullReport {
        consulted = List.copyOf(consulted);
    }

    /** In words, for people: "12.3 of 45.6 MB, 2 of 5 layers". */
    public String summary() {
        return layers == 0
                ? "resolving"
                : String.format(
                        Locale.ROOT,
                        "%.1f of %.1f MB, %d of %d layers",
                        (fetched + present) / MEGABYTE,
                        total / MEGABYTE,
                        layersDone,
                        layers);
    }
}
