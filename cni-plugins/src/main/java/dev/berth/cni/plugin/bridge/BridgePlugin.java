package dev.berth.cni.plugin.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.address.Cidr;
import dev.berth.cni.document.Json;
import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.host.Masquerade;
import dev.berth.cni.link.AttachedLink;
import dev.berth.cni.link.FadingLinks;
import dev.berth.cni.link.HostEnd;
import dev.berth.cni.link.PodInterface;
import dev.berth.cni.link.VethLinks;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.Delegates;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.Ipam;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.Plugin;
import dev.berth.cni.plugin.PluginResult;
import dev.berth.cni.plugin.PodNamespace;
import dev.berth.linux.net.Link;
import dev.berth.linux.net.MacAddress;
import dev.berth.linux.net.RouteBatch;
import dev.berth.linux.net.VethPair;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The bridge plugin: a veth pair between the sandbox and a bridge of the host. */
public final class BridgePlugin implements Plugin {
    /** Position of the sandbox's interface in the result's list: bridge, host end, sandbox end. */
    private static final int INSIDE = 2;

    private final HostNetwork host;
    private final Ipam ipam;
    private final VethLinks links;
    private final Bridge bridges;
    private final Masquerade masquerade;

    public BridgePlugin(HostNetwork host, Delegates delegates, Masquerade masquerade, FadingLinks fading) {
        this.host = host;
        this.ipam = new Ipam(delegates);
        this.links = new VethLinks("bridge", host, ipam, fading);
        this.bridges = new Bridge(host);
        this.masquerade = masquerade;
    }

    public static Optional<String> unsupported(JsonNode config) {
        return BridgeConfig.unsupported(config);
    }

    @Override
    public void admit(Invocation invocation, ObjectNode config) throws IOException {
        BridgeConfig.parse(config, invocation);
        ipam.admit(invocation, config);
    }

    @Override
    public ObjectNode add(Invocation invocation, PodNamespace pod, ObjectNode config)
            throws IOException, InterruptedException {
        BridgeConfig settings = BridgeConfig.parse(config, invocation);
        Link bridge = bridges.ensure(settings);
        PluginResult allocation = withGateways(allocate(invocation, pod, settings), settings);
        VethPair pair = pair(invocation, pod, settings, bridge, allocation);
        connect(pair, settings);
        PodInterface inside = new PodInterface(pod, invocation.interfaceName(), pair.insideMac());
        inside.configure(allocation);
        List<PluginResult.Interface> gateways = serve(bridge, allocation, settings);
        return result(bridge, pair, gateways, pod, allocation, settings).document(settings.version());
    }

    private PluginResult allocate(Invocation invocation, PodNamespace pod, BridgeConfig settings)
            throws IOException, InterruptedException {
        if (settings.ipam().isEmpty()) {
            return new PluginResult(List.of(), List.of(), List.of(), Json.object());
        }
        return ipam.allocate("bridge", settings.ipam().get(), invocation, pod, settings.document());
    }

    /** Where the bridge is the gateway, an address without one gets the first of its subnet, and its default route. */
    private static PluginResult withGateways(PluginResult allocation, BridgeConfig settings) {
        List<PluginResult.Address> addresses = allocation.addresses().stream()
                .map(address -> withGateway(address, settings))
                .toList();
        List<PluginResult.Destination> routes = new ArrayList<>(allocation.routes());
        if (settings.defaultGateway()) {
            addresses.forEach(address -> addDefaultRoute(routes, address));
        }
        return new PluginResult(allocation.interfaces(), addresses, routes, allocation.dns());
    }

    private static PluginResult.Address withGateway(PluginResult.Address address, BridgeConfig settings) {
        Optional<InetAddress> first =
                settings.gateway() ? Optional.of(address.cidr().at(BigInteger.ONE)) : Optional.empty();
        return new PluginResult.Address(address.cidr(), address.gateway().or(() -> first), address.interfaceIndex());
    }

    private static void addDefaultRoute(List<PluginResult.Destination> routes, PluginResult.Address address) {
        Cidr everything = Cidr.parse(address.cidr().ipv4() ? "0.0.0.0/0" : "::/0");
        if (routes.stream().noneMatch(route -> route.target().equals(everything))) {
            routes.add(PluginResult.Destination.through(address.gateway(), everything));
        }
    }

    private VethPair pair(
            Invocation invocation, PodNamespace pod, BridgeConfig settings, Link bridge, PluginResult allocation) {
        return new VethPair(
                HostEnd.name(settings.network(), invocation),
                MacAddress.random(),
                invocation.interfaceName(),
                settings.mac().orElseGet(() -> HostEnd.insideMac(allocation)),
                Optional.of(pod.netns()),
                bridge.index(),
                settings.mtu());
    }

    private void connect(VethPair pair, BridgeConfig settings) throws IOException {
        RouteBatch batch = new RouteBatch().veth(pair);
        if (settings.hairpin() || settings.isolated()) {
            batch.bridgePort(pair.outside(), settings.hairpin(), settings.isolated());
        }
        HostEnd.make(host, pair, batch);
        if (!settings.vlans().none()) {
            Link port = AttachedLink.require("bridge", host.routes(), pair.outside());
            host.routes().commit(settings.vlans().joining(port.index()));
        }
    }

    @Override
    public void restore(Invocation invocation, ObjectNode config) throws IOException {
        BridgeConfig settings = BridgeConfig.parse(config, invocation);
        if (settings.masquerade()) {
            masquerade.declare(settings.network(), PluginResult.parse(config.path("prevResult")));
        }
    }

    /** Gives the interfaces that the gateways' addresses needed besides the bridge. */
    private List<PluginResult.Interface> serve(Link bridge, PluginResult allocation, BridgeConfig settings)
            throws IOException {
        if (settings.masquerade()) {
            masquerade.declare(settings.network(), allocation);
        }
        if (!settings.gateway() || allocation.addresses().isEmpty()) {
            return List.of();
        }
        boolean inVlan = settings.vlans().access() > 0;
        Link gateway = inVlan ? new VlanGateway(host).ensure(bridge, settings) : bridge;
        for (PluginResult.Address address : allocation.addresses()) {
            InetAddress own = address.gateway().orElseThrow();
            bridges.gateway(gateway, new Cidr(own, address.cidr().prefix()), settings);
        }
        return inVlan ? List.of(onHost(gateway)) : List.of();
    }

    private static PluginResult.Interface onHost(Link link) {
        return new PluginResult.Interface(
                link.name(), link.mac().map(MacAddress::text).orElse(""), Optional.empty());
    }

    private static PluginResult result(
            Link bridge,
            VethPair pair,
            List<PluginResult.Interface> gateways,
            PodNamespace pod,
            PluginResult allocation,
            BridgeConfig settings) {
        List<PluginResult.Interface> interfaces = new ArrayList<>();
        interfaces.add(onHost(bridge));
        interfaces.addAll(VethLinks.interfaces(pair, pod));
        interfaces.addAll(gateways);
        return allocation.on(interfaces, INSIDE).withDns(settings.document().path("dns"));
    }

    @Override
    public void del(Invocation invocation, LinkRemoval removal, ObjectNode config)
            throws IOException, InterruptedException {
        links.delete(BridgeConfig.parse(config, invocation).network(), invocation, removal, config);
    }

    /** The link, and its place on the bridge. */
    @Override
    public void check(Invocation invocation, PodNamespace pod, ObjectNode config)
            throws IOException, InterruptedException {
        BridgeConfig settings = BridgeConfig.parse(config, invocation);
        links.check(invocation, pod, config);
        Link bridge = AttachedLink.require("bridge", host.routes(), settings.bridge());
        Link outside = AttachedLink.require("bridge", host.routes(), HostEnd.name(settings.network(), invocation));
        if (outside.master() != bridge.index()) {
            throw new CniException(
                    CniException.Kind.FAILED, "bridge: " + outside.name() + " is not a port of " + bridge.name());
        }
    }

    @Override
    public void status(ObjectNode config) throws IOException, InterruptedException {
        ipam.status(config);
    }

    @Override
    public void collect(Set<String> liveContainerIds, ObjectNode config) throws IOException, InterruptedException {
        ipam.collect(liveContainerIds, config);
    }
}
