package dev.berth.cni.plugin.ptp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.document.Json;
import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.host.Masquerade;
import dev.berth.cni.link.AttachedLink;
import dev.berth.cni.link.FadingLinks;
import dev.berth.cni.link.HostEnd;
import dev.berth.cni.link.PodInterface;
import dev.berth.cni.link.VethLinks;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.CniVersion;
import dev.berth.cni.plugin.Delegates;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.Ipam;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.Plugin;
import dev.berth.cni.plugin.PluginResult;
import dev.berth.cni.plugin.PodNamespace;
import dev.berth.linux.net.MacAddress;
import dev.berth.linux.net.RouteBatch;
import dev.berth.linux.net.VethPair;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** The ptp plugin: a veth pair between the sandbox and the host, which routes for it. */
public final class PointToPointPlugin implements Plugin {
    /** Position of the sandbox's interface in the result's list: host end, sandbox end. */
    private static final int INSIDE = 1;

    private static final int NO_BRIDGE = 0;
    private static final int LARGEST_MTU = 65535;

    private final HostNetwork host;
    private final Ipam ipam;
    private final VethLinks links;
    private final Masquerade masquerade;

    public PointToPointPlugin(HostNetwork host, Delegates delegates, Masquerade masquerade, FadingLinks fading) {
        this.host = host;
        this.ipam = new Ipam(delegates);
        this.links = new VethLinks("ptp", host, ipam, fading);
        this.masquerade = masquerade;
    }

    @Override
    public void admit(Invocation invocation, ObjectNode config) throws IOException {
        mtu(config);
        ipam.admit(invocation, config);
    }

    private static int mtu(ObjectNode config) {
        int mtu = config.path("mtu").asInt(0);
        if (mtu < 0 || mtu > LARGEST_MTU) {
            throw new IllegalArgumentException("ptp: mtu " + mtu + " is outside 0-" + LARGEST_MTU);
        }
        return mtu;
    }

    @Override
    public ObjectNode add(Invocation invocation, PodNamespace pod, ObjectNode config)
            throws IOException, InterruptedException {
        String type = Json.optionalText(config.path("ipam"), "type")
                .orElseThrow(() -> new IllegalArgumentException("ptp: it needs an IPAM plugin"));
        PluginResult allocation = ipam.allocate("ptp", type, invocation, pod, config);
        requireGateways(allocation);
        VethPair pair = new VethPair(
                HostEnd.name(Json.text(config, "name"), invocation),
                MacAddress.random(),
                invocation.interfaceName(),
                HostEnd.insideMac(allocation),
                Optional.of(pod.netns()),
                NO_BRIDGE,
                mtu(config));
        HostEnd.make(host, pair, new RouteBatch().veth(pair));
        new PodInterface(pod, pair.inside(), pair.insideMac())
                .configure(allocation, (batch, link) -> PointToPoint.inside(batch, link.index(), allocation));
        serve(pair, allocation, config);
        return result(pair, pod, allocation, config)
                .document(CniVersion.of(Json.text(config, "cniVersion")).orElseThrow());
    }

    private static void requireGateways(PluginResult allocation) throws CniException {
        for (PluginResult.Address address : allocation.addresses()) {
            if (address.gateway().isEmpty()) {
                throw new CniException(
                        CniException.Kind.FAILED, "ptp: the IPAM plugin named no gateway for " + address.cidr());
            }
        }
    }

    private void serve(VethPair pair, PluginResult allocation, ObjectNode config) throws IOException {
        int link = AttachedLink.require("ptp", host.routes(), pair.outside()).index();
        RouteBatch batch = new RouteBatch();
        for (PluginResult.Address address : allocation.addresses()) {
            PointToPoint.outside(batch, link, address);
        }
        host.routes().commit(batch);
        for (PluginResult.Address address : allocation.addresses()) {
            host.forward(address.cidr().ipv4());
        }
        masquerade(allocation, config);
    }

    private void masquerade(PluginResult allocation, ObjectNode config) throws IOException {
        if (config.path("ipMasq").asBoolean(false)) {
            masquerade.declare(Json.text(config, "name"), allocation);
        }
    }

    @Override
    public void restore(Invocation invocation, ObjectNode config) throws IOException {
        masquerade(PluginResult.parse(config.path("prevResult")), config);
    }

    private static PluginResult result(VethPair pair, PodNamespace pod, PluginResult allocation, ObjectNode config) {
        return allocation.on(VethLinks.interfaces(pair, pod), INSIDE).withDns(config.path("dns"));
    }

    @Override
    public void del(Invocation invocation, LinkRemoval removal, ObjectNode config)
            throws IOException, InterruptedException {
        links.delete(Json.text(config, "name"), invocation, removal, config);
    }

    @Override
    public void check(Invocation invocation, PodNamespace pod, ObjectNode config)
            throws IOException, InterruptedException {
        links.check(invocation, pod, config);
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
