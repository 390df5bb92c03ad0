package dev.berth.cri.door.answer;

import dev.berth.cri.api.IDMapping;
import dev.berth.cri.api.LinuxPodSandboxStatus;
import dev.berth.cri.api.Namespace;
import dev.berth.cri.api.NamespaceMode;
import dev.berth.cri.api.NamespaceOption;
import dev.berth.cri.api.PodIP;
import dev.berth.cri.api.PodSandbox;
import dev.berth.cri.api.PodSandboxConfig;
import dev.berth.cri.api.PodSandboxFilter;
import dev.berth.cri.api.PodSandboxMetadata;
import dev.berth.cri.api.PodSandboxNetworkStatus;
import dev.berth.cri.api.PodSandboxState;
import dev.berth.cri.api.PodSandboxStatus;
import dev.berth.cri.api.Protocol;
import dev.berth.engine.request.NamespaceInput;
import dev.berth.engine.request.UserNamespace;
import dev.berth.engine.sandbox.Sandbox;
import dev.berth.engine.sandbox.SandboxConfig;
import dev.berth.engine.sandbox.SandboxMetadata;
import java.net.InetAddress;

/** Sandboxes as CRI shows them. */
public final class SandboxAnswers {
    private SandboxAnswers() {}

    public static boolean matches(Sandbox sandbox, PodSandboxFilter filter) {
        return sandbox.id().startsWith(filter.getId())
                && (!filter.hasState() || filter.getState().getState() == state(sandbox))
                && sandbox.config()
                        .labels()
                        .entrySet()
                        .containsAll(filter.getLabelSelectorMap().entrySet());
    }

    public static PodSandbox item(Sandbox sandbox) {
        return PodSandbox.newBuilder()
                .setId(sandbox.id())
                .setMetadata(metadata(sandbox.config().metadata()))
                .setState(state(sandbox))
                .setCreatedAt(sandbox.record().createdAt())
                .putAllLabels(sandbox.config().labels())
                .putAllAnnotations(sandbox.config().annotations())
                .setRuntimeHandler(sandbox.config().runtimeHandler())
                .build();
    }

    public static PodSandboxStatus status(Sandbox sandbox) {
        return PodSandboxStatus.newBuilder()
                .setId(sandbox.id())
                .setMetadata(metadata(sandbox.config().metadata()))
                .setState(state(sandbox))
                .setCreatedAt(sandbox.record().createdAt())
                .setNetwork(network(sandbox))
                .setLinux(LinuxPodSandboxStatus.newBuilder()
                        .setNamespaces(Namespace.newBuilder()
                                .setOptions(options(sandbox.config().namespaces()))))
                .putAllLabels(sandbox.config().labels())
                .putAllAnnotations(sandbox.config().annotations())
                .setRuntimeHandler(sandbox.config().runtimeHandler())
                .build();
    }

    /** The configuration as far as it is remembered. */
    public static PodSandboxConfig config(SandboxConfig config) {
        var answer = PodSandboxConfig.newBuilder()
                .setMetadata(metadata(config.metadata()))
                .setHostname(config.hostname())
                .setLogDirectory(config.logDirectory())
                .putAllLabels(config.labels())
                .putAllAnnotations(config.annotations());
        answer.getLinuxBuilder()
                .setCgroupParent(config.cgroupParent())
                .putAllSysctls(config.sysctls())
                .setOverhead(ContainerAnswers.resources(config.overhead()))
                .setResources(ContainerAnswers.resources(config.resources()))
                .getSecurityContextBuilder()
                .setNamespaceOptions(options(config.namespaces()))
                .setPrivileged(config.privileged());
        config.dns()
                .ifPresent(dns -> answer.getDnsConfigBuilder()
                        .addAllServers(dns.servers())
                        .addAllSearches(dns.searches())
                        .addAllOptions(dns.options()));
        for (var port : config.ports()) {
            answer.addPortMappingsBuilder()
                    .setProtocol(Protocol.valueOf(port.protocol().name()))
                    .setContainerPort(port.containerPort())
                    .setHostPort(port.hostPort())
                    .setHostIp(
                            port.hostAddress().map(InetAddress::getHostAddress).orElse(""));
        }
        return answer.build();
    }

    public static PodSandboxMetadata metadata(SandboxMetadata metadata) {
        return PodSandboxMetadata.newBuilder()
                .setName(metadata.name())
                .setUid(metadata.uid())
                .setNamespace(metadata.namespace())
                .setAttempt(metadata.attempt())
                .build();
    }

    private static PodSandboxState state(Sandbox sandbox) {
        return sandbox.ready() ? PodSandboxState.SANDBOX_READY : PodSandboxState.SANDBOX_NOTREADY;
    }

    private static PodSandboxNetworkStatus network(Sandbox sandbox) {
        var status = PodSandboxNetworkStatus.newBuilder();
        var ips = sandbox.record().ips();
        if (!ips.isEmpty()) {
            status.setIp(ips.getFirst());
            ips.stream()
                    .skip(1)
                    .forEach(ip -> status.addAdditionalIps(PodIP.newBuilder().setIp(ip)));
        }
        return status.build();
    }

    private static NamespaceOption options(NamespaceInput namespaces) {
        var options = NamespaceOption.newBuilder()
                .setNetwork(NamespaceMode.valueOf(namespaces.network().name()))
                .setPid(NamespaceMode.valueOf(namespaces.pid().name()))
                .setIpc(NamespaceMode.valueOf(namespaces.ipc().name()));
        namespaces
                .userNamespace()
                .ifPresent(users -> options.setUsernsOptions(dev.berth.cri.api.UserNamespace.newBuilder()
                        .setMode(NamespaceMode.POD)
                        .addUids(mapping(users.uids()))
                        .addGids(mapping(users.gids()))));
        return options.build();
    }

    public static IDMapping mapping(UserNamespace.Range range) {
        return IDMapping.newBuilder()
                .setHostId((int) range.host())
                .setLength((int) range.length())
                .build();
    }
}
