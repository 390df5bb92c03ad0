package dev.berth.cni.link;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.Ipam;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.PluginResult;
import dev.berth.cni.plugin.PodNamespace;
import dev.berth.linux.net.VethPair;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The links of a plugin that connects each sandbox by a veth pair with addresses of an IPAM plugin. */
public record VethLinks(String plugin, HostNetwork host, Ipam ipam, FadingLinks fading) {
    /** As a result names them: the host's end, then the sandbox's. */
    public static List<PluginResult.Interface> interfaces(VethPair pair, PodNamespace pod) {
        return List.of(
                new PluginResult.Interface(pair.outside(), pair.outsideMac().text(), Optional.empty()),
                new PluginResult.Interface(pair.inside(), pair.insideMac().text(), Optional.of(pod.path())));
    }

    /**
     * The link goes first where it must go now, so that the address is free only when its holder is gone. Otherwise the
     * caller has ended the namespace, and nobody gets the address while the link fades.
     */
    public void delete(String network, Invocation invocation, LinkRemoval removal, ObjectNode config)
            throws IOException, InterruptedException {
        String link = HostEnd.name(network, invocation);
        switch (removal) {
            case NOW -> host.deleteLink(link, invocation);
            case WITH_NAMESPACE ->
                fading.add(
                        network, PluginResult.parse(config.path("prevResult")).addresses(), link);
        }
        ipam.del(invocation, removal, config);
    }

    /** The pair, the addresses inside, and what the IPAM plugin knows of them. */
    public void check(Invocation invocation, PodNamespace pod, ObjectNode config)
            throws IOException, InterruptedException {
        new AttachedLink(plugin, host, pod).check(PluginResult.parse(config.path("prevResult")));
        ipam.check(invocation, pod, config);
    }
}
