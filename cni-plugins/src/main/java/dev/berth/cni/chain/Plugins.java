package dev.berth.cni.chain;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cni.document.Names;
import dev.berth.cni.host.FilterTable;
import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.host.Masquerade;
import dev.berth.cni.link.FadingLinks;
import dev.berth.cni.network.NetworkConfig;
import dev.berth.cni.network.NetworkSettings;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.Delegates;
import dev.berth.cni.plugin.Plugin;
import dev.berth.cni.plugin.bandwidth.BandwidthPlugin;
import dev.berth.cni.plugin.bridge.BridgePlugin;
import dev.berth.cni.plugin.firewall.FirewallPlugin;
import dev.berth.cni.plugin.firewall.HostFirewall;
import dev.berth.cni.plugin.hostlocal.HostLocal;
import dev.berth.cni.plugin.loopback.LoopbackPlugin;
import dev.berth.cni.plugin.portmap.HostPorts;
import dev.berth.cni.plugin.portmap.PortmapPlugin;
import dev.berth.cni.plugin.program.BinaryPlugin;
import dev.berth.cni.plugin.program.SpokenVersions;
import dev.berth.cni.plugin.ptp.PointToPointPlugin;
import dev.berth.cni.plugin.tuning.TuningPlugin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the plugin for a type: a built-in one where it is preferred and can do what the configuration asks. */
public final class Plugins implements Delegates {
    private final NetworkSettings settings;
    private final boolean preferBuiltin;
    private final Masquerade masquerade;
    private final HostPorts ports;
    private final SpokenVersions spoken = new SpokenVersions();
    private final Map<String, Plugin> builtin;
    private final Plugin ownPortmap;

    public Plugins(NetworkSettings settings, FilterTable table, boolean preferBuiltin) {
        HostNetwork host = table.host();
        this.settings = settings;
        this.preferBuiltin = preferBuiltin;
        this.masquerade = new Masquerade(table);
        FadingLinks fading = new FadingLinks(host);
        this.ports = new HostPorts(table);
        this.ownPortmap = new PortmapPlugin(host, ports);
        HostFirewall firewall = new HostFirewall(table);
        this.builtin = Map.of(
                "bridge", new BridgePlugin(host, this, masquerade, fading),
                "ptp", new PointToPointPlugin(host, this, masquerade, fading),
                "host-local", new HostLocal(fading),
                "loopback", new LoopbackPlugin(),
                "portmap", ownPortmap,
                "bandwidth", new BandwidthPlugin(host),
                "firewall", new FirewallPlugin(firewall, () -> binary("firewall")),
                "tuning", new TuningPlugin());
    }

    @Override
    public Plugin find(String type, JsonNode config) throws CniException {
        if (type.equals(NetworkConfig.OWN_PORTMAP)) {
            return ownPortmap;
        }
        Plugin inside = builtin.get(type);
        if (inside != null && preferBuiltin && unsupported(type, config).isEmpty()) {
            return inside;
        }
        return binary(type)
                .orElseThrow(() -> new CniException(CniException.Kind.NOT_CONFIGURED, missing(type, config)));
    }

    private Optional<Plugin> binary(String type) {
        return program(type).map(path -> new BinaryPlugin(path, settings.binDirs(), settings.pluginTimeout(), spoken));
    }

    /** A configured key that the built-in plugin leaves to the program of the same type. */
    private static Optional<String> unsupported(String type, JsonNode config) {
        return switch (type) {
            case "bridge" -> BridgePlugin.unsupported(config);
            case "portmap" -> PortmapPlugin.unsupported(config);
            case "firewall" -> FirewallPlugin.unsupported(config);
            case "bandwidth" -> BandwidthPlugin.unsupported(config);
            default -> Optional.empty();
        };
    }

    /** The host's rules were removed: they are to be declared again when they are needed again. */
    public void forget() {
        masquerade.forget();
        ports.forget();
    }

    private Optional<Path> program(String type) {
        return settings.binDirs().stream()
                .map(directory -> directory.resolve(Names.requirePluginType(type)))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    private String directories() {
        return settings.binDirs().isEmpty()
                ? "any directory, as none is configured"
                : settings.binDirs().stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    private String missing(String type, JsonNode config) {
        String message = "CNI plugin " + type + " is not in " + directories();
        if (!builtin.containsKey(type)) {
            return message + " and not built in";
        }
        return unsupported(type, config)
                .map(key -> message + ", and the built-in one does not do \"" + key + "\"")
                .orElse(message + ", and built-in plugins are turned off");
    }
}
