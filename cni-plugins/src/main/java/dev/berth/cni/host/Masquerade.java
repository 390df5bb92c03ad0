package dev.berth.cni.host;

import dev.berth.cni.address.Cidr;
import dev.berth.cni.plugin.PluginResult;
import java.io.IOException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** Lets the pods of a subnet reach the outside under the host's address: one rule a subnet, nothing a pod. */
public final class Masquerade {
    private final FilterTable table;
    private final ReentrantLock declaring = new ReentrantLock();
    /** In the table that was seen last. */
    private final Set<Cidr> declared = new HashSet<>();

    private final SeenTable seen;

    public Masquerade(FilterTable table) {
        this.table = table;
        this.seen = new SeenTable(table);
    }

    /** For the subnets of a sandbox's addresses. */
    public void declare(String network, PluginResult allocation) throws IOException {
        for (PluginResult.Address address : allocation.addresses()) {
            declare(network, address.cidr().network());
        }
    }

    private void declare(String network, Cidr subnet) throws IOException {
        declaring.lock();
        try {
            if (!seen.stands()) {
                declared.clear();
            }
            if (declared.add(subnet)) {
                make(network, subnet);
            }
        } finally {
            declaring.unlock();
        }
    }

    private void make(String network, Cidr subnet) throws IOException {
        try {
            table.run(rules(subnet, network));
            seen.look();
        } catch (IOException e) {
            declared.remove(subnet);
            throw e;
        }
    }

    /** Replaces the subnet's chain in one transaction, so that it may be declared again after a restart. */
    private String rules(Cidr subnet, String network) {
        String chain = "masquerade_" + HexFormat.of().formatHex(subnet.address().getAddress()) + "_" + subnet.prefix();
        String ip = subnet.ipv4() ? "ip" : "ip6";
        String multicast = subnet.ipv4() ? "224.0.0.0/4" : "ff00::/8";
        return """
            add table inet %1$s
            add chain inet %1$s %2$s { type nat hook postrouting priority srcnat; policy accept; }
            flush chain inet %1$s %2$s
            add rule inet %1$s %2$s %3$s saddr %4$s %3$s daddr != %4$s %3$s daddr != %5$s masquerade comment "%6$s"
            """.formatted(table.name(), chain, ip, subnet, multicast, shortened(network));
    }

    /** A comment holds 127 characters. */
    private static String shortened(String network) {
        return network.length() > 100 ? network.substring(0, 100) : network;
    }

    public void forget() {
        declaring.lock();
        try {
            seen.forget();
        } finally {
            declaring.unlock();
        }
    }
}
