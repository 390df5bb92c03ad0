package dev.berth.cni;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Gives sandboxes their network by CNI and takes it back. Calls block in system calls and plugin processes, so they
 * belong on platform threads; operations on different sandboxes run side by side.
 */
public final class PodNetworks implements AutoCloseable {
    private final NetworkSettings settings;

    private PodNetworks(NetworkSettings settings) {
        this.settings = settings;
    }

    /** Works in the network namespace of the calling thread. */
    public static PodNetworks open(NetworkSettings settings) throws IOException {
        return new PodNetworks(settings);
    }

    public NetworkReadiness readiness() {
        return pending(settings.toString());
    }

    /** Runs ADD along the chain; on failure everything done is undone before this throws. */
    public Attachment attach(PodNetworkRequest request) throws IOException, InterruptedException {
        return pending(request.toString());
    }

    /**
     * Runs DEL along the chain, by what was remembered of the ADD. Not an error when nothing is remembered; when it fails
     * it may be called again.
     *
     * @param netnsPath the namespace if it still exists
     */
    public void detach(String sandboxId, Optional<String> netnsPath, LinkRemoval removal)
            throws IOException, InterruptedException {
        pending(sandboxId);
    }

    /** The finished attachment of a sandbox; empty when there is none or it is only half made. */
    public Optional<Attachment> cached(String sandboxId) throws IOException {
        return pending(sandboxId);
    }

    /** Every sandbox that something is remembered of, finished or half made. */
    public List<String> remembered() throws IOException {
        return pending("networks");
    }

    /**
     * Removes what belongs to no live sandbox: remembered attachments (by DEL), leases, port mappings; then runs GC of
     * plugins that have it. The supplier is asked while no attach or detach runs.
     *
     * @return false if an attach or detach was running, in which case nothing was done
     */
    public boolean collect(Supplier<Set<String>> liveSandboxIds) throws IOException, InterruptedException {
        return pending("networks");
    }

    /** Forgets the configuration, so that the next call reads it again whatever its times say. */
    public void reload() {
        pending("networks");
    }

    /** Removes the default network's bridge and the nftables table from the host; only when no sandbox is attached. */
    public void dismantle() throws IOException {
        pending("networks");
    }

    private static <T> T pending(String what) {
        throw new UnsupportedOperationException(what);
    }

    @Override
    public void close() {}
}
