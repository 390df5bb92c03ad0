package dev.berth.cni.plugin.bridge;

import dev.berth.cni.document.Names;
import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.link.AttachedLink;
import dev.berth.cni.link.HostEnd;
import dev.berth.cni.plugin.Invocation;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.net.Link;
import dev.berth.linux.net.MacAddress;
import dev.berth.linux.net.RouteBatch;
import dev.berth.linux.net.VethPair;
import java.io.IOException;
import java.util.Optional;

/**
 * The host's place in a VLAN of a bridge, for the gateway's address: one end of a pair, named after both, whose other end
 * is a port like those of sandboxes.
 */
record VlanGateway(HostNetwork host) {
    Link ensure(Link bridge, BridgeConfig config) throws IOException {
        String name =
                Names.requireInterface(bridge.name() + "." + config.vlans().access());
        Optional<Link> present = host.routes().link(name);
        return present.isPresent() ? present.get() : make(bridge, name, config);
    }

    private Link make(Link bridge, String name, BridgeConfig config) throws IOException {
        String port = HostEnd.name(config.network(), new Invocation(name, Optional.empty(), name, ""));
        VethPair pair = new VethPair(
                port, MacAddress.random(), name, MacAddress.random(), Optional.empty(), bridge.index(), bridge.mtu());
        try {
            host.routes().commit(new RouteBatch().veth(pair).up(name));
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
        int index = AttachedLink.require("bridge", host.routes(), port).index();
        host.routes().commit(config.vlans().joining(index));
        return AttachedLink.require("bridge", host.routes(), name);
    }
}
