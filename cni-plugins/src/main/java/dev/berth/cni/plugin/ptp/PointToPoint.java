package dev.berth.cni.plugin.ptp;

import dev.berth.cni.address.Cidr;
import dev.berth.cni.plugin.PluginResult;
import dev.berth.linux.net.LinkAddress;
import dev.berth.linux.net.Route;
import dev.berth.linux.net.RouteBatch;
import java.net.InetAddress;
import java.util.Optional;

/** The routes that make a veth pair, which is a segment of its own, a link between a sandbox and its gateway. */
final class PointToPoint {
    private PointToPoint() {}

    /** Only the gateway is on the link; its subnet is reached through it. */
    static void inside(RouteBatch batch, int link, PluginResult allocation) {
        allocation.addresses().forEach(address -> inside(batch, link, address));
    }

    private static void inside(RouteBatch batch, int link, PluginResult.Address address) {
        InetAddress own = address.cidr().address();
        Cidr subnet = address.cidr().network();
        InetAddress gateway = address.gateway().orElseThrow();
        batch.deleteSubnetRoute(subnet.address(), subnet.prefix(), link);
        batch.route(route(Cidr.host(gateway), Optional.empty(), Optional.of(own), link, Route.SCOPE_LINK));
        batch.route(route(subnet, Optional.of(gateway), Optional.of(own), link, Route.SCOPE_UNIVERSE));
    }

    /** The host has the gateway's address on every such link, and a route to the one sandbox behind it. */
    static void outside(RouteBatch batch, int link, PluginResult.Address address) {
        Cidr gateway = Cidr.host(address.gateway().orElseThrow());
        batch.address(new LinkAddress(link, gateway.address(), gateway.prefix()));
        Cidr sandbox = Cidr.host(address.cidr().address());
        batch.route(route(sandbox, Optional.empty(), Optional.empty(), link, Route.SCOPE_HOST));
    }

    private static Route route(
            Cidr target, Optional<InetAddress> gateway, Optional<InetAddress> source, int link, int scope) {
        return new Route(target.address(), target.prefix(), gateway, source, link, 0, 0, 0, Route.MAIN_TABLE, scope);
    }
}
