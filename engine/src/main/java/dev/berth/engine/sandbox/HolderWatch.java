package dev.berth.engine.sandbox;

import dev.berth.engine.record.IdIndex;
import dev.berth.linux.Reason;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimLostException;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the end of the shim that holds a sandbox's namespaces and then calls the sandbox not ready. */
record HolderWatch(IdIndex<Sandbox> index, String id, Shim holder) implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(HolderWatch.class);
    private static final long RETRY_NANOS = 1_000_000_000L;

    @Override
    public void run() {
        while (!ended()) {
            LockSupport.parkNanos(RETRY_NANOS);
        }
        boolean wasReady = index.exactly(id).map(Sandbox::ready).orElse(false);
        if (wasReady) {
            LOG.warn("sandbox {}: its shim (pid {}) ended, the sandbox is not ready any more", id, holder.shimPid());
        }
        index.replace(id, Sandbox::notReady);
        holder.close();
    }

    /** An error in watching says nothing about the shim: it is watched again. */
    private boolean ended() {
        try {
            holder.awaitExit();
            return true;
        } catch (ShimLostException _) {
            return true;
        } catch (IOException e) {
            LOG.warn("sandbox {}: watching its shim failed, trying again: {}", id, Reason.of(e));
            return false;
        }
    }
}
