package dev.berth.cri.sandbox;

import dev.berth.cri.record.IdIndex;
import dev.berth.shim.Shim;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the end of the shim that holds a sandbox's namespaces and then calls the sandbox not ready. */
record HolderWatch(IdIndex<Sandbox> index, String id, Shim holder) implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(HolderWatch.class);

    @Override
    public void run() {
        try {
            holder.awaitExit();
        } catch (IOException e) {
            LOG.debug("sandbox {}: {}", id, e.getMessage());
        }
        boolean wasReady = index.exactly(id).map(Sandbox::ready).orElse(false);
        if (wasReady) {
            LOG.warn("sandbox {}: its shim (pid {}) ended, the sandbox is not ready any more", id, holder.shimPid());
            index.replace(id, Sandbox::notReady);
        }
    }
}
