package dev.berth.cni;

import java.nio.file.Path;
import java.util.List;

/**
 * The bridge network that is used while no configuration file exists.
 *
 * @param leases directory of host-local's leases ({@code dataDir} of the reference plugin)
 */
public record DefaultNetwork(String name, String bridge, List<Cidr> subnets, Path leases) {
    public static final Path STANDARD_LEASES = Path.of("/var/lib/cni/networks");

    public DefaultNetwork {
        Names.requireNetwork(name);
        Names.requireInterface(bridge);
        if (subnets.isEmpty()) {
            throw new IllegalArgumentException("the default network " + name + " needs a subnet");
        }
        subnets = List.copyOf(subnets);
    }

    public static DefaultNetwork standard() {
        List<Cidr> subnets = List.of(Cidr.parse("10.88.0.0/16"), Cidr.parse("fd88:6265:7274:68::/64"));
        return new DefaultNetwork("berth", "berth0", subnets, STANDARD_LEASES);
    }
}
