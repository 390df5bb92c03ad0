package dev.berth.cni;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.linux.net.RouteBatch;
import dev.berth.linux.net.RouteSocket;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Gives sandboxes their network by CNI and takes it back. Calls block in system calls and plugin processes, so they
 * belong on platform threads; operations on different sandboxes run side by side. Operations on one sandbox are for the
 * caller to keep apart.
 */
public final class PodNetworks implements AutoCloseable {
    private static final String INTERFACE = "eth0";

    private final NetworkSettings settings;
    private final HostNetwork host;
    private final Plugins preferred;
    private final Plugins builtin;
    private final Plugins programs;
    private final Configurations configurations;
    private final AttachmentStore attachments;
    /** GC never runs beside an ADD or DEL (CNI spec, section 2): those share the lock, GC takes it alone. */
    private final ReentrantReadWriteLock operations = new ReentrantReadWriteLock();

    private PodNetworks(NetworkSettings settings, HostNetwork host, AttachmentStore attachments) {
        this.settings = settings;
        this.host = host;
        this.builtin = new Plugins(settings, host, true);
        this.programs = new Plugins(settings, host, false);
        this.preferred = settings.preferBuiltin() ? builtin : programs;
        this.configurations = new Configurations(settings);
        this.attachments = attachments;
    }

    /** Works in the network namespace of the calling thread. */
    public static PodNetworks open(NetworkSettings settings) throws IOException {
        AttachmentStore attachments = AttachmentStore.open(settings.cacheDir().resolve("attachments"));
        return new PodNetworks(settings, HostNetwork.open(), attachments);
    }

    public NetworkReadiness readiness() throws InterruptedException {
        Optional<NetworkConfig> config;
        try {
            config = configurations.current();
        } catch (IOException e) {
            return new NetworkReadiness.NotReady("InvalidNetworkConfig", String.valueOf(e.getMessage()));
        }
        if (config.isEmpty()) {
            return new NetworkReadiness.NotReady(
                    "NoNetworkConfig",
                    "no network configuration in " + settings.confDir() + "; put a .conflist file there");
        }
        try {
            new Chain(config.get(), preferred, Json.object()).status();
            return new NetworkReadiness.Ready(config.get().name());
        } catch (IOException | IllegalArgumentException e) {
            return new NetworkReadiness.NotReady(
                    "NetworkPluginNotReady", "network " + config.get().name() + ": " + e.getMessage());
        }
    }

    /** Runs ADD along the chain; on failure everything done is undone before this throws. */
    public Attachment attach(PodNetworkRequest request) throws IOException, InterruptedException {
        try (RouteSocket routes = RouteSocket.in(request.netns())) {
            return attach(request, routes);
        }
    }

    /** The same with a socket that speaks for the request's namespace; it stays the caller's. */
    public Attachment attach(PodNetworkRequest request, RouteSocket routes) throws IOException, InterruptedException {
        operations.readLock().lock();
        try {
            NetworkConfig network = configurations.current().orElseThrow(this::unconfigured);
            if (attachments.load(request.sandboxId()).isPresent()) {
                forget(request.sandboxId(), Optional.of(request.netnsPath()), LinkRemoval.NOW);
            }
            return add(request, routes, network);
        } catch (IllegalArgumentException e) {
            throw new CniException(
                    CniException.Kind.FAILED, "network of sandbox " + request.sandboxId() + ": " + e.getMessage(), e);
        } finally {
            operations.readLock().unlock();
        }
    }

    private Attachment add(PodNetworkRequest request, RouteSocket routes, NetworkConfig network)
            throws IOException, InterruptedException {
        AttachmentRecord intent = new AttachmentRecord(
                request.sandboxId(),
                INTERFACE,
                CniArguments.of(request),
                settings.preferBuiltin(),
                network.document(),
                CniArguments.capabilities(request),
                Optional.empty());
        Chain chain = new Chain(network, preferred, intent.capabilityArguments());
        Invocation invocation = intent.invocation(Optional.of(request.netnsPath()));
        chain.admit(invocation);
        attachments.save(intent);
        PodNamespace pod = new PodNamespace(request.netnsPath(), request.netns(), routes);
        try {
            pod.routes().commit(new RouteBatch().up("lo"));
            AttachmentRecord finished = intent.with(chain.add(invocation, pod));
            Attachment attachment = finished.attachment().orElseThrow();
            requireAddress(attachment);
            attachments.save(finished);
            return attachment;
        } catch (IOException | InterruptedException | RuntimeException e) {
            rollBack(request, e);
            throw e;
        }
    }

    private static void requireAddress(Attachment attachment) throws CniException {
        if (attachment.addresses().isEmpty()) {
            throw new CniException(
                    CniException.Kind.FAILED,
                    "network " + attachment.network() + " gave sandbox " + attachment.sandboxId() + " no address");
        }
    }

    /** What cannot be undone now stays remembered, for detach or collect to undo. */
    private void rollBack(PodNetworkRequest request, Exception failure) {
        boolean interrupted = Thread.interrupted() || failure instanceof InterruptedException;
        try {
            forget(request.sandboxId(), Optional.of(request.netnsPath()), LinkRemoval.NOW);
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        } catch (InterruptedException e) {
            failure.addSuppressed(e);
            interrupted = true;
        }
        if (interrupted && !(failure instanceof InterruptedException)) {
            Thread.currentThread().interrupt();
        }
    }

    private CniException unconfigured() {
        return new CniException(CniException.Kind.NOT_CONFIGURED, "no network configuration in " + settings.confDir());
    }

    /**
     * Runs DEL along the chain, by what was remembered of the ADD. Not an error when nothing is remembered; when it fails
     * it may be called again. With {@link LinkRemoval#WITH_NAMESPACE} the caller has ended the namespace's last holder.
     *
     * @param netnsPath the namespace if it still exists
     */
    public void detach(String sandboxId, Optional<String> netnsPath, LinkRemoval removal)
            throws IOException, InterruptedException {
        operations.readLock().lock();
        try {
            forget(sandboxId, netnsPath, removal);
        } finally {
            operations.readLock().unlock();
        }
    }

    private void forget(String sandboxId, Optional<String> netnsPath, LinkRemoval removal)
            throws IOException, InterruptedException {
        Optional<AttachmentRecord> remembered = attachments.load(sandboxId);
        if (remembered.isEmpty()) {
            return;
        }
        AttachmentRecord attachment = remembered.get();
        Plugins asAdded = attachment.builtin() ? builtin : programs;
        Optional<NetworkConfig> network = attachment.config();
        if (network.isEmpty()) {
            network = configurations.current();
        }
        if (network.isPresent()) {
            Chain chain = new Chain(network.get(), asAdded, attachment.capabilityArguments());
            chain.del(attachment.invocation(netnsPath), removal, attachment.result());
        }
        attachments.delete(sandboxId);
    }

    /** The finished attachment of a sandbox; empty when there is none or it is only half made. */
    public Optional<Attachment> cached(String sandboxId) throws IOException {
        return attachments.load(sandboxId).flatMap(AttachmentRecord::attachment);
    }

    /** Every sandbox that something is remembered of, finished or half made. */
    public List<String> remembered() throws IOException {
        return attachments.sandboxIds();
    }

    /**
     * Removes what belongs to no live sandbox: remembered attachments (by DEL), leases, port mappings; then runs GC of
     * plugins that have it. The supplier is asked while no attach or detach runs, and must know every sandbox whose
     * attach has ended well or may still begin.
     *
     * @return false if an attach or detach was running, in which case nothing was done
     */
    public boolean collect(Supplier<Set<String>> liveSandboxIds) throws IOException, InterruptedException {
        if (!operations.writeLock().tryLock()) {
            return false;
        }
        try {
            Set<String> live = liveSandboxIds.get();
            for (String sandboxId : attachments.sandboxIds()) {
                if (!live.contains(sandboxId)) {
                    forget(sandboxId, Optional.empty(), LinkRemoval.NOW);
                }
            }
            Optional<NetworkConfig> network = configurations.current().filter(NetworkConfig::collects);
            if (network.isPresent()) {
                new Chain(network.get(), preferred, Json.object()).collect(live, valid(live));
            }
            return true;
        } finally {
            operations.writeLock().unlock();
        }
    }

    private static ArrayNode valid(Set<String> live) {
        ArrayNode valid = Json.object().putArray("attachments");
        for (String sandboxId : live) {
            ObjectNode attachment = valid.addObject();
            attachment.put("containerID", sandboxId).put("ifname", INTERFACE);
        }
        return valid;
    }

    /** Forgets the configuration, so that the next call reads it again whatever its times say. */
    public void reload() {
        configurations.forget();
    }

    /** Removes the default network's bridge and the nftables table from the host; only when no sandbox is attached. */
    public void dismantle() throws IOException {
        operations.writeLock().lock();
        try {
            if (!attachments.sandboxIds().isEmpty()) {
                throw new CniException(
                        CniException.Kind.CONFLICT, "sandboxes are attached: " + attachments.sandboxIds());
            }
            String table = "inet " + settings.nftTable();
            host.filter().run("add table " + table + "\ndelete table " + table + "\n");
            if (settings.defaultNetwork().isPresent()) {
                host.deleteLink(settings.defaultNetwork().get().bridge());
            }
            builtin.forget();
        } finally {
            operations.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        host.close();
    }
}
