package dev.berth.cni.plugin.bridge;

import dev.berth.cni.address.Cidr;
import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.plugin.CniException;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.net.Link;
import dev.berth.linux.net.LinkAddress;
import dev.berth.linux.net.MacAddress;
import dev.berth.linux.net.RouteBatch;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Makes the bridges that pods hang on, and keeps them the way the configuration says. */
final class Bridge {
    private final HostNetwork host;
    /** Guards against two threads making one bridge; other processes are met with EEXIST. */
    private final ReentrantLock making = new ReentrantLock();

    Bridge(HostNetwork host) {
        this.host = host;
    }

    Link ensure(BridgeConfig config) throws IOException {
        making.lock();
        try {
            Optional<Link> present = host.routes().link(config.bridge());
            return asConfigured(present.isPresent() ? present.get() : make(config), config);
        } finally {
            making.unlock();
        }
    }

    private Link make(BridgeConfig config) throws IOException {
        String name = config.bridge();
        try {
            host.routes().commit(new RouteBatch().bridge(name, MacAddress.random(), config.mtu()));
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
        host.writeIfPresent("ipv6/conf/" + name + "/accept_ra", "0");
        return host.routes().link(name).orElseThrow(() -> new IOException("bridge " + name + " vanished when made"));
    }

    private Link asConfigured(Link bridge, BridgeConfig config) throws IOException {
        if (!bridge.kind().equals("bridge")) {
            throw new CniException(
                    CniException.Kind.CONFLICT,
                    "bridge: interface " + bridge.name() + " exists and is no bridge but \"" + bridge.kind() + "\"");
        }
        RouteBatch changes = new RouteBatch();
        if (!bridge.up()) {
            changes.up(bridge.name());
        }
        if (config.promiscuous() && !bridge.promiscuous()) {
            changes.promiscuous(bridge.name(), true);
        }
        if (!config.vlans().none()) {
            changes.vlanFiltering(bridge.name());
        }
        host.routes().commit(changes);
        return bridge;
    }

    /** Makes the bridge the pods' gateway: gives it the gateway's address and lets the host forward. */
    void gateway(Link bridge, Cidr gateway, BridgeConfig config) throws IOException {
        making.lock();
        try {
            address(bridge, gateway, config);
        } finally {
            making.unlock();
        }
        host.forward(gateway.ipv4());
    }

    private void address(Link bridge, Cidr gateway, BridgeConfig config) throws IOException {
        RouteBatch changes = new RouteBatch();
        for (LinkAddress present : host.routes().addresses(bridge.index())) {
            Cidr other = new Cidr(present.address(), present.prefix());
            if (other.equals(gateway)) {
                return;
            }
            if (conflicts(other, gateway, config)) {
                requireForce(config, other, gateway);
                changes.deleteAddress(present);
            }
        }
        changes.address(new LinkAddress(bridge.index(), gateway.address(), gateway.prefix()));
        host.routes().commit(changes);
    }

    /** A bridge has one IPv4 address unless it keeps the gateways of earlier ranges, and none in overlapping subnets. */
    private static boolean conflicts(Cidr other, Cidr gateway, BridgeConfig config) {
        if (other.ipv4() != gateway.ipv4()) {
            return false;
        }
        if (other.ipv4() && !config.keepGateways()) {
            return true;
        }
        InetAddress address = other.address();
        return !address.isLinkLocalAddress() && (gateway.contains(address) || other.contains(gateway.address()));
    }

    private static void requireForce(BridgeConfig config, Cidr present, Cidr wanted) throws CniException {
        if (!config.forceAddress()) {
            throw new CniException(
                    CniException.Kind.CONFLICT,
                    "bridge: " + config.bridge() + " has the address " + present + " and not " + wanted
                            + "; set forceAddress to replace it");
        }
    }
}
