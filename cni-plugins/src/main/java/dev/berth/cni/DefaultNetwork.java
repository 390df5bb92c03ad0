package dev.berth.cni;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
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

    NetworkConfig config() throws IOException {
        ObjectNode document =
                Json.object().put("cniVersion", CniVersion.V1_0_0.text()).put("name", name);
        ArrayNode plugins = document.putArray("plugins");
        ObjectNode first = plugins.addObject().put("type", "bridge").put("bridge", bridge);
        first.put("isGateway", true).put("ipMasq", true);
        ObjectNode ipam = first.putObject("ipam").put("type", "host-local").put("dataDir", leases.toString());
        for (Cidr subnet : subnets) {
            ipam.withArrayProperty("ranges").addArray().addObject().put("subnet", subnet.toString());
            ipam.withArrayProperty("routes").addObject().put("dst", subnet.ipv4() ? "0.0.0.0/0" : "::/0");
        }
        plugins.addObject().put("type", "portmap").putObject("capabilities").put("portMappings", true);
        return NetworkConfig.parse(document, "default network " + name);
    }
}
