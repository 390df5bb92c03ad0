package dev.berth.cni.plugin.portmap;

import dev.berth.cni.address.Cidr;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How port mappings are spelled as elements of the host ports' maps and sets. */
final class HostPortKeys {
    private HostPortKeys() {}

    /** The elements that lead mappings to one address of a pod. */
    static List<HostPorts.Entry> entries(List<PortMapping> mappings, Cidr pod, boolean hairpin, String owner) {
        String family = pod.ipv4() ? "4" : "6";
        List<HostPorts.Entry> entries = new ArrayList<>();
        for (PortMapping mapping : mappings) {
            if (mapping.hostAddress().map(PortMapping::ipv4).orElse(pod.ipv4()) == pod.ipv4()) {
                String target = Cidr.text(pod.address()) + " . " + mapping.containerPort();
                entries.add(new HostPorts.Entry(map(mapping) + family, key(mapping), target, owner));
            }
        }
        if (hairpin && !entries.isEmpty()) {
            String key = pod.network() + " . " + Cidr.text(pod.address());
            entries.add(new HostPorts.Entry("hairpin" + family, key, "", owner));
        }
        return entries;
    }

    private static Optional<InetAddress> one(PortMapping mapping) {
        return mapping.hostAddress().filter(address -> !address.isAnyLocalAddress());
    }

    private static String map(PortMapping mapping) {
        return one(mapping).isPresent() ? "one" : "any";
    }

    private static String key(PortMapping mapping) {
        return one(mapping).map(address -> Cidr.text(address) + " . ").orElse("") + port(mapping);
    }

    private static String port(PortMapping mapping) {
        return mapping.protocol().text() + " . " + mapping.hostPort();
    }

    /** The same port on the same address, or on all addresses of a family on either side. */
    static boolean collide(PortMapping mapping, HostPorts.Entry entry) {
        boolean ipv4 = entry.set().endsWith("4");
        boolean family = mapping.hostAddress().map(PortMapping::ipv4).orElse(ipv4) == ipv4;
        if (entry.value().isEmpty() || !family) {
            return false;
        }
        boolean everywhere = entry.set().startsWith("any") || one(mapping).isEmpty();
        return everywhere
                ? entry.key().equals(port(mapping)) || entry.key().endsWith(" . " + port(mapping))
                : entry.key().equals(key(mapping));
    }

    static boolean collide(PortMapping one, PortMapping other) {
        boolean samePort = port(one).equals(port(other));
        Optional<InetAddress> first = one(one);
        Optional<InetAddress> second = one(other);
        boolean sameFamily = one.hostAddress().isEmpty()
                || other.hostAddress().isEmpty()
                || PortMapping.ipv4(one.hostAddress().get())
                        == PortMapping.ipv4(other.hostAddress().get());
        return samePort && sameFamily && (first.isEmpty() || second.isEmpty() || first.equals(second));
    }
}
