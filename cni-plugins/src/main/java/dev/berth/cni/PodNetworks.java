package dev.berth.cni;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.attachment.Attachment;
import dev.berth.cni.attachment.AttachmentRecord;
import dev.berth.cni.attachment.AttachmentStore;
import dev.berth.cni.attachment.Failures;
import dev.berth.cni.attachment.RemovedRules;
import dev.berth.cni.chain.Chain;
import dev.berth.cni.chain.Plugins;
import dev.berth.cni.document.Json;
import dev.berth.cni.host.FilterTable;
import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.network.Network;
import dev.berth.cni.network.NetworkConfig;
import dev.berth.cni.network.NetworkSettings;
import dev.berth.cni.network.Networks;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.PodNamespace;
import dev.berth.cni.request.CniArguments;
import dev.berth.cni.request.PodNetworkRequest;
import dev.berth.linux.Fd;
import dev.berth.linux.Reason;
import dev.berth.linux.net.RouteBatch;
import dev.berth.linux.net.RouteSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private final FilterTable table;
    private final Plugins preferred;
    private final Plugins builtin;
    private final Plugins programs;
    private final Networks networks;
    private final AttachmentStore attachments;
    private final RemovedRules rules;
    /** GC never runs beside an ADD or DEL (CNI spec, section 2): those share the lock, GC takes it alone. */
    private final ReentrantReadWriteLock operations = new ReentrantReadWriteLock();

    private PodNetworks(NetworkSettings settings, HostNetwork host, Networks networks, AttachmentStore attachments) {
        this.settings = settings;
        this.host = host;
        this.table = new FilterTable(host, settings.nftTable());
        this.builtin = new Plugins(settings, table, true);
        this.programs = new Plugins(settings, table, false);
        this.preferred = settings.preferBuiltin() ? builtin : programs;
        this.networks = networks;
        this.attachments = attachments;
        this.rules = new RemovedRules(table, builtin, attachments);
    }

    /** Works in the network namespace of the calling thread. */
    public static PodNetworks open(NetworkSettings settings) throws IOException {
        AttachmentStore attachments = AttachmentStore.open(settings.cacheDir().resolve("attachments"));
        return new PodNetworks(settings, HostNetwork.open(), new Networks(settings), attachments);
    }

    /** Asks the configuration and the plugins (STATUS) now, for pods of the default runtime handler. */
    public NetworkReadiness readiness() throws InterruptedException {
        rules.restore(operations.writeLock());
        Optional<Network> found;
        try {
            found = networks.of("");
        } catch (IOException | RuntimeException e) {
            return new NetworkReadiness.NotReady("InvalidNetworkConfig", Reason.of(e));
        }
        if (found.isEmpty()) {
            return new NetworkReadiness.NotReady(
                    "NoNetworkConfig",
                    "no network configuration in " + settings.confDir() + "; put a .conflist file there");
        }
        NetworkConfig config = found.get().config();
        try {
            new Chain(config, preferred, Json.object()).status();
            return new NetworkReadiness.Ready(config.name(), found.get().origin());
        } catch (IOException | RuntimeException e) {
            return new NetworkReadiness.NotReady(
                    "NetworkPluginNotReady", "network " + config.name() + ": " + Reason.of(e));
        }
    }

    /** The directories and plugin folders whose change may change the readiness. */
    List<Path> places() {
        List<Path> places = new ArrayList<>(settings.binDirs());
        places.add(settings.confDir());
        return places;
    }

    /**
     * The node's pod CIDRs as the cluster assigns them, at most one of each family: the default network's ranges from now
     * on, also after a restart. Pods that are attached keep their addresses. Throws IllegalArgumentException for anything
     * else.
     */
    public void assignPodCidrs(List<String> cidrs) throws IOException {
        networks.podCidrs().assign(cidrs);
    }

    /** Runs ADD along the chain; on failure everything done is undone before this throws. */
    public Attachment attach(PodNetworkRequest request) throws IOException, InterruptedException {
        try (RouteSocket routes = RouteSocket.in(request.netns())) {
            return attach(request, routes);
        }
    }

    /** The same with a socket that speaks for the request's namespace; it stays the caller's. */
    public Attachment attach(PodNetworkRequest request, RouteSocket routes) throws IOException, InterruptedException {
        rules.restore(operations.writeLock());
        operations.readLock().lock();
        try {
            NetworkConfig network = networks.require(request.handler()).config();
            if (attachments.load(request.sandboxId()).isPresent()) {
                forget(request.sandboxId(), Optional.of(request.netnsPath()), LinkRemoval.NOW);
            }
            return add(request, routes, network);
        } catch (IllegalArgumentException e) {
            throw new CniException(
                    CniException.Kind.INVALID, "network of sandbox " + request.sandboxId() + ": " + Reason.of(e), e);
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
                false,
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
            rules.attached();
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
        AttachmentRecord attachment = attachments.leaving(remembered.get());
        Optional<NetworkConfig> network = attachment.config();
        if (network.isEmpty()) {
            network = networks.of("").map(Network::config);
        }
        if (network.isPresent()) {
            Chain chain = new Chain(network.get(), plugins(attachment), attachment.capabilityArguments());
            chain.del(attachment.invocation(netnsPath), removal, attachment.result());
        }
        attachments.delete(sandboxId);
    }

    /**
     * Runs CHECK along the chain of the ADD, unless its configuration turned that off: fails when the sandbox's network
     * is not there any more as its ADD left it.
     */
    public void check(String sandboxId, String netnsPath, Fd netns) throws IOException, InterruptedException {
        operations.readLock().lock();
        try {
            Optional<AttachmentRecord> remembered = attachments.load(sandboxId);
            Optional<ObjectNode> result = remembered.flatMap(AttachmentRecord::result);
            if (result.isEmpty()) {
                throw new CniException(CniException.Kind.FAILED, "sandbox " + sandboxId + " is attached to no network");
            }
            check(remembered.get(), result.get(), netnsPath, netns);
        } finally {
            operations.readLock().unlock();
        }
    }

    private void check(AttachmentRecord attachment, ObjectNode result, String netnsPath, Fd netns)
            throws IOException, InterruptedException {
        NetworkConfig network = attachment.config().orElseThrow();
        if (network.checks()) {
            Chain chain = new Chain(network, plugins(attachment), attachment.capabilityArguments());
            try (RouteSocket routes = RouteSocket.in(netns)) {
                PodNamespace pod = new PodNamespace(netnsPath, netns, routes);
                chain.check(attachment.invocation(Optional.of(netnsPath)), pod, result);
            }
        }
    }

    /** DEL and CHECK are done by who did the ADD. */
    private Plugins plugins(AttachmentRecord attachment) {
        return attachment.builtin() ? builtin : programs;
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
     * plugins that have it, unless an attach or detach runs. What cannot be removed does not keep the rest from being
     * removed, and stays for the next call. The supplier must know every sandbox whose attach has begun.
     *
     * @return false if an attach or detach was running, so that only attachments were released
     */
    public boolean collect(Supplier<Set<String>> liveSandboxIds) throws IOException, InterruptedException {
        Failures failures = new Failures();
        release(liveSandboxIds, failures);
        boolean alone = operations.writeLock().tryLock();
        if (alone) {
            try {
                collect(liveSandboxIds.get(), failures);
            } finally {
                operations.writeLock().unlock();
            }
        }
        failures.raise();
        return alone;
    }

    /** Who is live is asked after what is remembered: a sandbox may have begun in between. */
    private void release(Supplier<Set<String>> liveSandboxIds, Failures failures)
            throws IOException, InterruptedException {
        List<String> remembered = attachments.sandboxIds();
        Set<String> live = liveSandboxIds.get();
        List<String> gone = remembered.stream()
                .filter(sandboxId -> !live.contains(sandboxId))
                .toList();
        rules.leaveOut(gone);
        for (String sandboxId : gone) {
            failures.of("release the network of sandbox " + sandboxId, () -> {
                detach(sandboxId, Optional.empty(), LinkRemoval.NOW);
            });
        }
    }

    private void collect(Set<String> live, Failures failures) throws IOException, InterruptedException {
        ArrayNode valid = Json.object().putArray("attachments");
        for (String sandboxId : attachments.sandboxIds()) {
            if (live.contains(sandboxId)) {
                valid.addObject().put("containerID", sandboxId).put("ifname", INTERFACE);
            }
        }
        for (NetworkConfig network : networks.usable()) {
            if (network.collects()) {
                Chain chain = new Chain(network, preferred, Json.object());
                failures.of("collect network " + network.name(), () -> chain.collect(live, valid));
            }
        }
        failures.of("put back rules", rules::putBack);
    }

    /** Removes the default network's bridge and the nftables table from the host; only when no sandbox is attached. */
    public void dismantle() throws IOException {
        operations.writeLock().lock();
        try {
            if (!attachments.sandboxIds().isEmpty()) {
                throw new CniException(
                        CniException.Kind.CONFLICT,
                        "sandboxes are attached: " + String.join(", ", attachments.sandboxIds()));
            }
            table.remove();
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
