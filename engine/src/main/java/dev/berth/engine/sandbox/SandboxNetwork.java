package dev.berth.engine.sandbox;

import dev.berth.cni.PodNetworks;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.request.PodDns;
import dev.berth.cni.request.PodNetworkRequest;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import dev.berth.engine.request.DnsInput;
import dev.berth.linux.Fd;
import dev.berth.linux.process.Descriptors;
import dev.berth.shim.Shim;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Attaches sandboxes to the pod network and detaches them; nothing to do on the host's network. */
final class SandboxNetwork {
    private final PodNetworks networks;

    SandboxNetwork(PodNetworks networks) {
        this.networks = networks;
    }

    /** The pod's addresses, its IP first. */
    List<String> attach(SandboxRecord sandbox, Shim holder, Optional<ReadyNamespace> joined)
            throws EngineException, InterruptedException {
        if (sandbox.config().namespaces().hostNetwork()) {
            return List.of();
        }
        try {
            return joined.isPresent() ? attach(sandbox, holder, joined.get()) : attachOwn(sandbox, holder);
        } catch (IOException e) {
            throw failure("set up the network of sandbox " + metadataKey(sandbox), e);
        }
    }

    private List<String> attach(SandboxRecord sandbox, Shim holder, ReadyNamespace joined)
            throws IOException, InterruptedException {
        var request = request(sandbox, netnsPath(holder), joined.netns());
        return networks.attach(request, joined.routes()).ips();
    }

    private List<String> attachOwn(SandboxRecord sandbox, Shim holder) throws IOException, InterruptedException {
        var path = netnsPath(holder);
        try (var netns = Descriptors.readOnly(path)) {
            return networks.attach(request(sandbox, path, netns)).ips();
        }
    }

    private static PodNetworkRequest request(SandboxRecord sandbox, String path, Fd netns) {
        var metadata = sandbox.config().metadata();
        return new PodNetworkRequest(
                sandbox.id(),
                metadata.namespace(),
                metadata.name(),
                metadata.uid(),
                path,
                netns,
                sandbox.config().ports(),
                sandbox.config().dns().map(SandboxNetwork::dns).orElse(PodDns.NONE),
                sandbox.config().annotations(),
                sandbox.config().cgroupParent(),
                sandbox.config().runtimeHandler());
    }

    /** Gives the addresses back. Safe to repeat, also when the namespace is gone. */
    void detach(SandboxRecord sandbox, Optional<Shim> holder) throws EngineException, InterruptedException {
        if (sandbox.config().namespaces().hostNetwork()) {
            return;
        }
        try {
            var path = holder.filter(shim -> shim.init().exists()).map(SandboxNetwork::netnsPath);
            networks.detach(sandbox.id(), path, LinkRemoval.WITH_NAMESPACE);
        } catch (IOException e) {
            throw failure("take down the network of sandbox " + metadataKey(sandbox), e);
        }
    }

    /** Whether what attaching made is still there, as the plugins of its network see it. */
    void check(SandboxRecord sandbox, Shim holder) throws IOException, InterruptedException {
        var path = netnsPath(holder);
        try (var netns = Descriptors.readOnly(path)) {
            networks.check(sandbox.id(), path, netns);
        }
    }

    private static String metadataKey(SandboxRecord sandbox) {
        return sandbox.config().metadata().key();
    }

    static String netnsPath(Shim holder) {
        return "/proc/" + holder.shimPid() + "/ns/net";
    }

    private static PodDns dns(DnsInput dns) {
        return new PodDns(dns.servers(), dns.searches(), dns.options());
    }

    private static EngineException failure(String step, IOException cause) {
        var code = cause instanceof CniException cni
                ? switch (cni.kind()) {
                    case NOT_CONFIGURED -> Code.UNAVAILABLE;
                    case INVALID -> Code.INVALID_ARGUMENT;
                    case BROKEN, CONFLICT -> Code.FAILED_PRECONDITION;
                    case EXHAUSTED -> Code.RESOURCE_EXHAUSTED;
                    case TIMEOUT -> Code.DEADLINE_EXCEEDED;
                    case FAILED -> Code.INTERNAL;
                }
                : Code.INTERNAL;
        return new EngineException(code, step + ": " + cause.getMessage(), cause);
    }
}
