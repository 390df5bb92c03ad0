package dev.berth.cri.door;

import dev.berth.engine.failure.EngineException;

/** What the methods that save and restore processes say as long as there is no support for them. */
final class Checkpoints {
    private Checkpoints() {}

    /** @param what the request asked for */
    static EngineException refused(String what) {
        return new EngineException(
                EngineException.Code.UNIMPLEMENTED,
                what + ": this runtime does not save or restore processes (CRIU); nothing was changed");
    }
}
