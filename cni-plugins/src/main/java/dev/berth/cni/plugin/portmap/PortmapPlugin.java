package dev.berth.cni.plugin.portmap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.document.Json;
import dev.berth.cni.document.Names;
import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.plugin.ChainedPlugin;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.Plugin;
import dev.berth.cni.plugin.PluginResult;
import dev.berth.cni.plugin.PodNamespace;
import dev.berth.linux.net.Link;
import dev.berth.linux.net.LinkAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The portmap plugin: ports of the host that lead to a sandbox. */
public final class PortmapPlugin implements Plugin {
    /** Keys that are about iptables, which only the program of that name speaks. */
    private static final Set<String> LEFT_TO_BINARY =
            Set.of("conditionsV4", "conditionsV6", "markMasqBit", "externalSetMarkChain", "masqAll");

    private static final int EVERY_LINK = 0;

    private final HostNetwork host;
    private final HostPorts ports;
    private final DatagramFlows flows;

    public PortmapPlugin(HostNetwork host, HostPorts ports) {
        this.host = host;
        this.ports = ports;
        this.flows = new DatagramFlows(host);
    }

    public static Optional<String> unsupported(JsonNode config) {
        if (Json.text(config, "backend").equals("iptables")) {
            return Optional.of("backend");
        }
        return LEFT_TO_BINARY.stream().filter(config::hasNonNull).findFirst();
    }

    @Override
    public void admit(Invocation invocation, ObjectNode config) throws IOException {
        List<PortMapping> mappings = PortMappings.configured(config);
        for (int i = 0; i < mappings.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (HostPortKeys.collide(mappings.get(i), mappings.get(j))) {
                    throw new CniException(
                            CniException.Kind.CONFLICT, "portmap: host " + mappings.get(i) + " is asked for twice");
                }
            }
        }
        if (!mappings.isEmpty()) {
            ports.requireFree(mappings, invocation.containerId());
        }
    }

    @Override
    public ObjectNode add(Invocation invocation, PodNamespace pod, ObjectNode config) throws IOException {
        ObjectNode previous = ChainedPlugin.previous("portmap", config);
        List<PortMapping> mappings = PortMappings.configured(config);
        if (!mappings.isEmpty()) {
            PluginResult attached = PluginResult.parse(previous);
            open(mappings, attached, invocation, config);
            flows.forgetOthers(mappings, attached.podAddresses());
        }
        return previous;
    }

    @Override
    public void restore(Invocation invocation, ObjectNode config) throws IOException {
        List<PortMapping> mappings = PortMappings.configured(config);
        if (!mappings.isEmpty()) {
            open(mappings, PluginResult.parse(config.path("prevResult")), invocation, config);
        }
    }

    private void open(List<PortMapping> mappings, PluginResult pod, Invocation invocation, ObjectNode config)
            throws IOException {
        List<HostPorts.Entry> entries = entries(pod, invocation, config);
        List<String> carriers = snat(config) ? carrier(pod).stream().toList() : List.of();
        ports.open(mappings, entries, carriers, invocation.containerId());
        for (String carrier : carriers) {
            // lets the host reach the ports under 127.0.0.1; everybody else is kept out by the guard
            host.writeIfPresent("ipv4/conf/" + Names.requireInterface(carrier) + "/route_localnet", "1");
        }
    }

    /** The host's interface that the pod is behind: in an old result, which names none, the one that is its gateway. */
    private Optional<String> carrier(PluginResult pod) throws IOException {
        if (!pod.interfaces().isEmpty()) {
            return pod.hostInterfaces().stream().findFirst();
        }
        Set<InetAddress> gateways = pod.addresses().stream()
                .flatMap(address -> address.gateway().stream())
                .collect(Collectors.toSet());
        Set<Integer> holders = host.routes().addresses(EVERY_LINK).stream()
                .filter(address -> gateways.contains(address.address()))
                .map(LinkAddress::link)
                .collect(Collectors.toSet());
        return holders.isEmpty()
                ? Optional.empty()
                : host.routes().links().stream()
                        .filter(link -> holders.contains(link.index()))
                        .map(Link::name)
                        .findFirst();
    }

    private static boolean snat(ObjectNode config) {
        return config.path("snat").asBoolean(true);
    }

    private static List<HostPorts.Entry> entries(PluginResult pod, Invocation invocation, ObjectNode config) {
        List<PortMapping> mappings = PortMappings.configured(config);
        List<HostPorts.Entry> entries = new ArrayList<>();
        for (boolean ipv4 : new boolean[] {true, false}) {
            pod.podAddresses().stream()
                    .filter(address -> address.ipv4() == ipv4)
                    .findFirst()
                    .map(address -> HostPortKeys.entries(mappings, address, snat(config), invocation.containerId()))
                    .ifPresent(entries::addAll);
        }
        return entries;
    }

    @Override
    public void del(Invocation invocation, LinkRemoval removal, ObjectNode config) throws IOException {
        boolean unknown = !config.has("prevResult");
        List<PortMapping> mappings = PortMappings.configured(config);
        if (unknown || !mappings.isEmpty()) {
            ports.close(owner -> owner.equals(invocation.containerId()));
            flows.forget(mappings, PluginResult.parse(config.path("prevResult")).podAddresses());
        }
    }

    @Override
    public void check(Invocation invocation, PodNamespace pod, ObjectNode config) throws IOException {
        List<HostPorts.Entry> open = ports.of(invocation.containerId());
        for (HostPorts.Entry entry : entries(PluginResult.parse(config.path("prevResult")), invocation, config)) {
            boolean leads = open.stream().anyMatch(entry::leadsTheSameWay);
            if (!entry.value().isEmpty() && !leads) {
                throw new CniException(
                        CniException.Kind.FAILED,
                        "portmap: host port " + entry.key() + " of sandbox " + invocation.containerId()
                                + " is not open");
            }
        }
    }

    @Override
    public void status(ObjectNode config) {}

    @Override
    public void collect(Set<String> liveContainerIds, ObjectNode config) throws IOException {
        ports.close(owner -> !liveContainerIds.contains(owner));
    }
}
