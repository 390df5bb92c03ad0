package dev.berth.cni.plugin.firewall;

import dev.berth.cni.document.Names;
import dev.berth.cni.host.FilterTable;
import dev.berth.cni.host.HostNetwork;
import dev.berth.linux.net.NetfilterSocket.TableFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Who else decides what passes through this host, and our own isolation of bridges from each other. */
public final class HostFirewall {
    /** Lists the tables of the older iptables, in kernels that still have it. */
    private static final Path LEGACY_TABLES = Path.of("/proc/thread-self/net/ip_tables_names");

    private final HostNetwork host;
    private final FilterTable table;

    public HostFirewall(FilterTable table) {
        this.host = table.host();
        this.table = table;
    }

    /** The name of a firewall whose chains an accept of ours would not outweigh. */
    Optional<String> inForce() throws IOException {
        if (host.netfilter().tableHandle(TableFamily.INET, "firewalld").isPresent()) {
            return Optional.of("firewalld");
        }
        boolean iptables = host.netfilter()
                        .tableHandle(TableFamily.IP, "filter")
                        .isPresent()
                || host.netfilter().tableHandle(TableFamily.IP6, "filter").isPresent()
                || legacy();
        return iptables ? Optional.of("iptables") : Optional.empty();
    }

    private static boolean legacy() throws IOException {
        try {
            return Files.readString(LEGACY_TABLES).lines().anyMatch("filter"::equals);
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /** Keeps the packets of other isolated bridges out of this one. May be run again at any time. */
    void isolate(String bridge) throws IOException {
        String name = Names.requireInterface(bridge);
        table.run(ISOLATION.replace("%b", "\"" + name + "\""));
    }

    private static final String ISOLATION = """
            add table inet %s
            add set inet %s isolated { type ifname; }
            add set inet %s within { type ifname . ifname; }
            add element inet %s isolated { %b }
            add element inet %s within { %b . %b }
            add chain inet %s isolation { type filter hook forward priority filter; policy accept; }
            flush chain inet %s isolation
            add rule inet %s isolation iifname . oifname @within accept
            add rule inet %s isolation iifname @isolated oifname @isolated drop
            """;
}
