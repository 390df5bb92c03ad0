package dev.berth.cni.network;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.address.AddressRange;
import dev.berth.cni.address.Cidr;
import dev.berth.cni.document.Json;
import dev.berth.cni.document.Names;
import dev.berth.cni.plugin.CniVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The bridge network that is used while no configuration file exists.
 *
 * @param leases directory of host-local's leases ({@code dataDir} of the reference plugin)
 */
public record DefaultNetwork(String name, String bridge, List<Cidr> subnets, Path leases) {
    public DefaultNetwork {
        Names.requireNetwork(name);
        Names.requireInterface(bridge);
        if (subnets.isEmpty()) {
            throw new IllegalArgumentException("the default network " + name + " needs a subnet");
        }
        subnets.forEach(each -> AddressRange.parse(Json.object().put("subnet", each.toString())));
        subnets = List.copyOf(subnets);
    }

    /**
     * The same network with other address ranges. Its bridge keeps the gateways of pods that are there already: the
     * built-in plugin beside the new ones, the program of that type gives them up.
     */
    NetworkConfig over(List<Cidr> ranges) throws IOException {
        ObjectNode document =
                new DefaultNetwork(name, bridge, ranges, leases).config().document();
        ((ObjectNode) document.path("plugins").path(0))
                .put("forceAddress", true)
                .put("keepGateways", true);
        return NetworkConfig.parse(document, "default network " + name);
    }

    NetworkConfig config() throws IOException {
        ObjectNode document =
                Json.object().put("cniVersion", CniVersion.V1_0_0.text()).put("name", name);
        ArrayNode plugins = document.putArray("plugins");
        ObjectNode first = plugins.addObject().put("type", "bridge").put("bridge", bridge);
        first.put("isGateway", true).put("ipMasq", true).put("hairpinMode", true);
        ObjectNode ipam = first.putObject("ipam").put("type", "host-local").put("dataDir", leases.toString());
        for (Cidr subnet : subnets) {
            ipam.withArrayProperty("ranges").addArray().addObject().put("subnet", subnet.toString());
            ipam.withArrayProperty("routes").addObject().put("dst", subnet.ipv4() ? "0.0.0.0/0" : "::/0");
        }
        plugins.addObject().put("type", "portmap").putObject("capabilities").put("portMappings", true);
        return NetworkConfig.parse(document, "default network " + name);
    }
}
