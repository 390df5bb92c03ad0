package dev.berth.cni.link;

import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.plugin.PluginResult;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Links that end in the background with their sandbox's namespace, a tenth of a second or so after their addresses are
 * free. Until then nobody else gets such an address. A daemon that dies forgets them; its successor starts later.
 */
public final class FadingLinks {
    /** From this many on, those that have gone are looked for and forgotten. */
    private static final int CROWD = 256;

    private record Held(String network, InetAddress address) {}

    private final HostNetwork host;
    private final Map<Held, String> links = new ConcurrentHashMap<>();

    public FadingLinks(HostNetwork host) {
        this.host = host;
    }

    public void add(String network, List<PluginResult.Address> addresses, String link) throws IOException {
        if (links.size() >= CROWD) {
            for (Held held : List.copyOf(links.keySet())) {
                holds(held.network(), held.address());
            }
        }
        addresses.forEach(address -> links.put(new Held(network, address.cidr().address()), link));
    }

    public boolean holds(String network, InetAddress address) throws IOException {
        Held held = new Held(network, address);
        String link = links.get(held);
        if (link == null) {
            return false;
        }
        if (host.routes().link(link).isPresent()) {
            return true;
        }
        links.remove(held, link);
        return false;
    }

    /** Waits for the end of the link, tens of milliseconds. */
    public void end(String network, InetAddress address) throws IOException {
        String link = links.remove(new Held(network, address));
        if (link != null) {
            host.deleteLink(link);
        }
    }
}
