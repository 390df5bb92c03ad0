package dev.berth.cri.door;

import dev.berth.cni.plugin.portmap.PortMapping;
import dev.berth.cni.plugin.portmap.PortMapping.Protocol;
import dev.berth.cri.api.DNSConfig;
import dev.berth.cri.api.IDMapping;
import dev.berth.cri.api.NamespaceOption;
import dev.berth.cri.api.PodSandboxConfig;
import dev.berth.cri.api.RunPodSandboxRequest;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.request.DnsInput;
import dev.berth.engine.request.NamespaceInput;
import dev.berth.engine.request.NamespaceMode;
import dev.berth.engine.request.UserNamespace;
import dev.berth.engine.sandbox.SandboxConfig;
import dev.berth.engine.sandbox.SandboxMetadata;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Sandboxes as CRI asks for them, decoded. */
final class SandboxRequests {
    private SandboxRequests() {}

    static SandboxConfig config(RunPodSandboxRequest request) throws EngineException {
        var config = request.getConfig();
        if (config.hasWindows()) {
            throw EngineException.invalid("sandbox config has a windows part; this runtime runs Linux pods only");
        }
        var linux = config.getLinux();
        var security = linux.getSecurityContext();
        if (security.hasRunAsGroup() && !security.hasRunAsUser()) {
            throw EngineException.invalid("sandbox security context has run_as_group without run_as_user");
        }
        return new SandboxConfig(
                metadata(config),
                config.getHostname(),
                logDirectory(config.getLogDirectory()),
                config.hasDnsConfig() ? Optional.of(dns(config.getDnsConfig())) : Optional.empty(),
                ports(config),
                config.getLabelsMap(),
                config.getAnnotationsMap(),
                cgroupParent(linux.getCgroupParent()),
                linux.getSysctlsMap(),
                ContainerRequests.resources(linux.getOverhead()),
                ContainerRequests.resources(linux.getResources()),
                namespaces(security.getNamespaceOptions()),
                security.getPrivileged(),
                request.getRuntimeHandler());
    }

    private static SandboxMetadata metadata(PodSandboxConfig config) {
        var metadata = config.getMetadata();
        return new SandboxMetadata(
                metadata.getName(), metadata.getUid(), metadata.getNamespace(), metadata.getAttempt());
    }

    private static String logDirectory(String text) throws EngineException {
        if (!text.isEmpty() && !text.startsWith("/")) {
            throw EngineException.invalid("log_directory \"%s\" is not an absolute path".formatted(text));
        }
        return text;
    }

    private static DnsInput dns(DNSConfig dns) {
        return new DnsInput(dns.getServersList(), dns.getSearchesList(), dns.getOptionsList());
    }

    private static String cgroupParent(String text) throws EngineException {
        if (!text.isEmpty()
                && (!text.startsWith("/") || List.of(text.split("/")).contains(".."))) {
            throw EngineException.invalid(
                    "cgroup_parent \"%s\" is not an absolute cgroupfs path; set the kubelet's cgroupDriver to cgroupfs"
                            .formatted(text));
        }
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** Ports without a host port are the pod's own business. */
    private static List<PortMapping> ports(PodSandboxConfig config) throws EngineException {
        var ports = new ArrayList<PortMapping>();
        for (var port : config.getPortMappingsList()) {
            if (port.getHostPort() != 0) {
                ports.add(port(port));
            }
        }
        return ports;
    }

    private static PortMapping port(dev.berth.cri.api.PortMapping port) throws EngineException {
        try {
            return new PortMapping(
                    protocol(port.getProtocol()),
                    port.getHostPort(),
                    port.getContainerPort(),
                    address(port.getHostIp()));
        } catch (IllegalArgumentException e) {
            throw new EngineException(EngineException.Code.INVALID_ARGUMENT, "port mapping: " + e.getMessage(), e);
        }
    }

    private static Protocol protocol(dev.berth.cri.api.Protocol protocol) {
        return switch (protocol) {
            case TCP -> Protocol.TCP;
            case UDP -> Protocol.UDP;
            case SCTP -> Protocol.SCTP;
            case UNRECOGNIZED -> throw new IllegalArgumentException("unknown protocol");
        };
    }

    private static Optional<InetAddress> address(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("host_ip \"" + text + "\" is not an IP address", e);
        }
    }

    static NamespaceInput namespaces(NamespaceOption options) throws EngineException {
        try {
            return new NamespaceInput(
                    mode(options.getNetwork()),
                    mode(options.getPid()),
                    mode(options.getIpc()),
                    OptionalInt.empty(),
                    users(options));
        } catch (IllegalArgumentException e) {
            throw new EngineException(EngineException.Code.INVALID_ARGUMENT, "namespace options: " + e.getMessage(), e);
        }
    }

    private static Optional<UserNamespace> users(NamespaceOption options) {
        if (!options.hasUsernsOptions()) {
            return Optional.empty();
        }
        var asked = options.getUsernsOptions();
        return switch (asked.getMode()) {
            case NODE -> Optional.empty();
            case POD -> Optional.of(users(asked.getUidsList(), asked.getGidsList()));
            case CONTAINER, TARGET, UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "a user namespace is the pod's or the node's, not " + asked.getMode());
        };
    }

    static UserNamespace users(List<IDMapping> uids, List<IDMapping> gids) {
        return new UserNamespace(range("uids", uids), range("gids", gids));
    }

    private static UserNamespace.Range range(String what, List<IDMapping> mappings) {
        if (mappings.size() != 1) {
            throw new IllegalArgumentException(
                    "%d mappings of %s given; there must be one".formatted(mappings.size(), what));
        }
        var mapping = mappings.getFirst();
        if (mapping.getContainerId() != 0) {
            throw new IllegalArgumentException("the mapping of %s does not begin at 0".formatted(what));
        }
        return new UserNamespace.Range(
                Integer.toUnsignedLong(mapping.getHostId()), Integer.toUnsignedLong(mapping.getLength()));
    }

    private static NamespaceMode mode(dev.berth.cri.api.NamespaceMode mode) throws EngineException {
        return switch (mode) {
            case POD -> NamespaceMode.POD;
            case CONTAINER -> NamespaceMode.CONTAINER;
            case NODE -> NamespaceMode.NODE;
            case TARGET -> NamespaceMode.TARGET;
            case UNRECOGNIZED -> throw EngineException.invalid("unknown namespace mode");
        };
    }
}
