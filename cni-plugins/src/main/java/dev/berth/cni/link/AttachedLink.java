package dev.berth.cni.link;

import dev.berth.cni.address.Cidr;
import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.PluginResult;
import dev.berth.cni.plugin.PodNamespace;
import dev.berth.linux.net.Link;
import dev.berth.linux.net.LinkAddress;
import dev.berth.linux.net.MacAddress;
import dev.berth.linux.net.Route;
import dev.berth.linux.net.RouteSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** What is still there of an ADD's result: interfaces on both sides, addresses and routes inside. */
public record AttachedLink(String plugin, HostNetwork host, PodNamespace pod) {
    public void check(PluginResult result) throws IOException {
        for (int i = 0; i < result.interfaces().size(); i++) {
            PluginResult.Interface each = result.interfaces().get(i);
            boolean inside = each.sandbox().isPresent();
            Link link = require(plugin, inside ? pod.routes() : host.routes(), each.name());
            if (inside) {
                checkInside(link, each, result.addressesOn(i));
                checkRoutes(link, result.routes());
            }
        }
    }

    private void checkInside(Link link, PluginResult.Interface expected, List<Cidr> addresses) throws IOException {
        String mac = link.mac().map(MacAddress::text).orElse("");
        if (!expected.mac().isEmpty() && !expected.mac().equalsIgnoreCase(mac)) {
            throw failed(plugin, "interface " + link.name() + " has address " + mac + " instead of " + expected.mac());
        }
        if (!link.up()) {
            throw failed(plugin, "interface " + link.name() + " is down");
        }
        List<LinkAddress> present = pod.routes().addresses(link.index());
        for (Cidr address : addresses) {
            if (!present.contains(new LinkAddress(link.index(), address.address(), address.prefix()))) {
                throw failed(plugin, "interface " + link.name() + " lacks address " + address);
            }
        }
    }

    private void checkRoutes(Link link, List<PluginResult.Destination> expected) throws IOException {
        List<Route> present = expected.isEmpty() ? List.of() : pod.routes().routes(link.index());
        for (PluginResult.Destination route : expected) {
            if (present.stream().noneMatch(each -> leads(each, route))) {
                throw failed(plugin, "interface " + link.name() + " lacks the route to " + route.target());
            }
        }
    }

    private static boolean leads(Route route, PluginResult.Destination expected) {
        Optional<InetAddress> gateway = expected.gateway().filter(address -> !address.isAnyLocalAddress());
        return new Cidr(route.destination(), route.prefix()).equals(expected.target())
                && (gateway.isEmpty() || gateway.equals(route.gateway()))
                && expected.table().orElse(Route.MAIN_TABLE) == route.table();
    }

    public static Link require(String plugin, RouteSocket routes, String name) throws IOException {
        return routes.link(name).orElseThrow(() -> failed(plugin, "interface " + name + " is gone"));
    }

    private static CniException failed(String plugin, String what) {
        return new CniException(CniException.Kind.FAILED, plugin + ": " + what);
    }
}
