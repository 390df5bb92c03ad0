package dev.berth.cni.network;

import dev.berth.cni.address.Cidr;
import dev.berth.cni.plugin.CniException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which network pods get: that of their runtime handler's directory, if it has one of its own, else that of the
 * directory for all others, else the default network.
 */
public final class Networks {
    private final NetworkSettings settings;
    private final Configurations standard;
    private final Map<String, Configurations> ofHandlers = new LinkedHashMap<>();
    private final PodCidrs podCidrs;

    public Networks(NetworkSettings settings) throws IOException {
        this.settings = settings;
        this.standard = new Configurations(settings.confDir());
        settings.handlerConfDirs()
                .forEach((handler, directory) -> ofHandlers.put(handler, new Configurations(directory)));
        this.podCidrs = PodCidrs.open(settings.cacheDir().resolve("pod-cidrs.json"));
    }

    /** Throws where the configuration is not usable. */
    public Network require(String handler) throws IOException {
        return of(handler)
                .orElseThrow(() -> new CniException(
                        CniException.Kind.NOT_CONFIGURED,
                        "no network configuration in " + directory(handler) + "; put a .conflist file there"));
    }

    public Optional<Network> of(String handler) throws IOException {
        return configured(handler).map(Network::publishing);
    }

    private Optional<Network> configured(String handler) throws IOException {
        Configurations own = ofHandlers.get(handler);
        if (own != null) {
            return own.current();
        }
        Optional<Network> configured = standard.current();
        return configured.isPresent() ? configured : fallback();
    }

    private Path directory(String handler) {
        return ofHandlers.getOrDefault(handler, standard).directory();
    }

    private Optional<Network> fallback() throws IOException {
        if (settings.defaultNetwork().isEmpty()) {
            return Optional.empty();
        }
        DefaultNetwork network = settings.defaultNetwork().get();
        List<Cidr> assigned = podCidrs.assigned();
        return Optional.of(
                assigned.isEmpty()
                        ? new Network(network.config(), "default network")
                        : new Network(network.over(assigned), "default network over the node's pod CIDR"));
    }

    /** Those of all handlers, each once; one whose configuration is broken is left out. */
    public List<NetworkConfig> usable() {
        Map<String, NetworkConfig> usable = new LinkedHashMap<>();
        List<String> handlers = new ArrayList<>(ofHandlers.keySet());
        handlers.add("");
        for (String handler : handlers) {
            try {
                of(handler).ifPresent(network -> usable.put(network.config().name(), network.config()));
            } catch (IOException _) {
                // readiness and every attach say so; there is nothing to collect by it
            }
        }
        return List.copyOf(usable.values());
    }

    public PodCidrs podCidrs() {
        return podCidrs;
    }
}
