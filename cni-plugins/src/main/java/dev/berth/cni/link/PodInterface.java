package dev.berth.cni.link;

import dev.berth.cni.plugin.PluginResult;
import dev.berth.cni.plugin.PodNamespace;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.net.Link;
import dev.berth.linux.net.LinkAddress;
import dev.berth.linux.net.MacAddress;
import dev.berth.linux.net.Route;
import dev.berth.linux.net.RouteBatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The sandbox's own end of its link. */
public record PodInterface(PodNamespace pod, String name, MacAddress mac) {
    private static final int LINK_LOCAL_PREFIX = 64;

    /** Brings it up with addresses and routes, in one batch; IPv6 is usable at once. */
    public void configure(PluginResult allocation) throws IOException {
        configure(allocation, (batch, link) -> {});
    }

    /** The same, with more for the batch. */
    public void configure(PluginResult allocation, BiConsumer<RouteBatch, Link> more) throws IOException {
        Link link = pod.routes()
                .link(name)
                .orElseThrow(() -> new IOException("interface " + name + " vanished from the sandbox"));
        RouteBatch batch = batch(link, allocation);
        more.accept(batch, link);
        try {
            pod.routes().commit(batch);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EACCES) || !hasIpv6(allocation)) {
                throw e;
            }
            allowIpv6();
            clear(link);
            pod.routes().commit(batch);
        }
    }

    private void clear(Link link) throws IOException {
        RouteBatch batch = new RouteBatch();
        pod.routes().addresses(link.index()).forEach(batch::deleteAddress);
        pod.routes().commit(batch);
    }

    private RouteBatch batch(Link link, PluginResult allocation) {
        RouteBatch batch = new RouteBatch();
        if (!hasIpv6(allocation)) {
            batch.up(name);
        } else {
            batch.manualIpv6(name).up(name);
            batch.address(new LinkAddress(link.index(), linkLocal(), LINK_LOCAL_PREFIX));
        }
        for (PluginResult.Address address : allocation.addresses()) {
            batch.address(new LinkAddress(
                    link.index(), address.cidr().address(), address.cidr().prefix()));
        }
        for (PluginResult.Destination route : allocation.routes()) {
            batch.route(route(route, link, allocation));
        }
        return batch;
    }

    /** A route without a gateway goes through that of the first address of its family (CNI spec, section 5). */
    private static Route route(PluginResult.Destination route, Link link, PluginResult allocation) {
        Optional<InetAddress> gateway = route.gateway()
                .or(() -> allocation.addresses().stream()
                        .filter(address ->
                                address.cidr().ipv4() == route.target().ipv4())
                        .findFirst()
                        .flatMap(PluginResult.Address::gateway));
        return new Route(
                route.target().address(),
                route.target().prefix(),
                gateway,
                Optional.empty(),
                link.index(),
                route.mtu(),
                route.advertisedMss(),
                route.metric(),
                route.table().orElse(Route.MAIN_TABLE),
                route.scope().orElse(Route.SCOPE_UNIVERSE));
    }

    private static boolean hasIpv6(PluginResult allocation) {
        return allocation.addresses().stream()
                .anyMatch(address -> !address.cidr().ipv4());
    }

    /** The kernel makes none for a link that was told to leave IPv6 addresses to us. */
    private InetAddress linkLocal() {
        byte[] raw = new byte[16];
        raw[0] = (byte) 0xfe;
        raw[1] = (byte) 0x80;
        System.arraycopy(mac.interfaceIdentifier(), 0, raw, 8, 8);
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private void allowIpv6() throws IOException {
        Path setting = Path.of("/proc/sys/net/ipv6/conf/" + name + "/disable_ipv6");
        pod.call(() -> Files.writeString(setting, "0"));
    }
}
