package dev.berth.e2e;

import java.util.concurrent.TimeUnit;

/** How processes of the tests end: waits that an interruption does not cut short. */
public final class Ending {
    private Ending() {}

    public static void kill(Process process) {
        process.destroyForcibly().onExit().join();
    }

    /** SIGTERM, and SIGKILL when the grace period is over. */
    static void terminate(Process process, long graceSeconds) {
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, graceSeconds, TimeUnit.SECONDS)
                .join();
        kill(process);
    }
}
