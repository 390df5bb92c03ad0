package dev.berth.e2e.bench;

import java.util.EnumMap;
import java.util.Map;

/** What was measured of one runtime. */
final class Measured {
    /** The kinds of calls that are timed. */
    enum Kind {
        START("pod start: RunPodSandbox + CreateContainer + StartContainer"),
        EXEC("ExecSync `true`"),
        REMOVAL("pod stop and removal: StopContainer (SIGKILL), RemoveContainer, StopPodSandbox, RemovePodSandbox");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    private final Map<Kind, Samples> samples = new EnumMap<>(Kind.class);
    private Memory memory = new Memory(0, 0, 0);

    Samples of(Kind kind) {
        return samples.computeIfAbsent(kind, key -> new Samples());
    }

    Memory memory() {
        return memory;
    }

    void memory(Memory measured) {
        memory = measured;
    }
}
