package dev.berth.e2e.bench;

import java.util.EnumMap;
import java.util.Map;

/** What was measured of one runtime's pod network. */
final class NetworkFigures {
    /** The kinds of calls that are timed. */
    enum Kind {
        RUN("RunPodSandbox, pod network"),
        RUN_ON_HOST("RunPodSandbox, host network"),
        STOP("StopPodSandbox, pod network"),
        STOP_ON_HOST("StopPodSandbox, host network"),
        START_ON_HOST("pod start on the host network: RunPodSandbox + CreateContainer + StartContainer"),
        BURST("ten pods started at a time, each with a container, per pod");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    private final Map<Kind, Samples> samples = new EnumMap<>(Kind.class);

    Samples of(Kind kind) {
        return samples.computeIfAbsent(kind, key -> new Samples());
    }

    double median(Kind kind) {
        return of(kind).millis(0.5);
    }

    /** What the pod network adds to RunPodSandbox: the namespace and the ADD of its plugins. */
    double added() {
        return median(Kind.RUN) - median(Kind.RUN_ON_HOST);
    }

    /** What the pod network adds to StopPodSandbox: the DEL. */
    double deleted() {
        return median(Kind.STOP) - median(Kind.STOP_ON_HOST);
    }
}
