package dev.berth.cri.config;

import dev.berth.cni.address.Cidr;
import dev.berth.cni.network.DefaultNetwork;
import dev.berth.cni.network.NetworkSettings;
import dev.berth.engine.EngineSettings;
import dev.berth.image.StoreSettings;
import dev.berth.image.credential.AuthFiles;
import dev.berth.image.registry.Registries;
import dev.berth.image.registry.http.Transfer;
import dev.berth.linux.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The configuration as the engine takes it: plain records that know no file and no key. */
public final class ConfiguredEngine {
    private static final Duration PLUGIN_TIMEOUT = Duration.ofSeconds(60);

    private ConfiguredEngine() {}

    /**
     * Reads no file, apart from what the distribution and the environment of this process say.
     *
     * @throws ConfigurationException when a value cannot be what its key needs
     */
    public static EngineSettings settings(Configuration configuration) throws ConfigurationException {
        return new EngineSettings(
                configuration.root(),
                configuration.state(),
                shim(),
                configuration.cgroup().parent(),
                Duration.ofSeconds(configuration.container().launchTimeoutSeconds()),
                registries(configuration.registry()),
                new StoreSettings(configuration.image().pinned(), StoreSettings.DEFAULT.parallelLayers()),
                networks(configuration),
                Duration.ofSeconds(configuration.cni().gcIntervalSeconds()),
                configuration.cni().readyNamespaces(),
                configuration.runtimeHandlers().keySet(),
                handlerPaths(configuration, Configuration.RuntimeHandler::runtime),
                configuration.cdi().specDirs(),
                configuration.container().makeHostPaths(),
                configuration.container().imageVolumes());
    }

    /** In the distribution beside the jars; {@code berth.home} is set by the launcher. */
    private static Path shim() throws ConfigurationException {
        var home = System.getProperty("berth.home");
        if (home == null) {
            throw new ConfigurationException("the property berth.home is not set; start the daemon by bin/berthd");
        }
        return Path.of(home, "libexec", "berth-shim");
    }

    private static Registries registries(Configuration.Registry registry) {
        var environment = System.getenv();
        var authFiles = AuthFiles.of(registry.authFiles(), environment.getOrDefault("PATH", ""));
        return new Registries(registry.configPath(), authFiles, environment, Transfer.DEFAULT);
    }

    private static NetworkSettings networks(Configuration configuration) throws ConfigurationException {
        var cni = configuration.cni();
        try {
            var subnets = cni.defaultSubnets().stream().map(Cidr::parse).toList();
            return new NetworkSettings(
                    cni.confDir(),
                    cni.binDirs(),
                    cni.cacheDir(),
                    cni.preferBuiltin(),
                    Optional.of(new DefaultNetwork(cni.defaultBridge(), cni.defaultBridge(), subnets, cni.leaseDir())),
                    PLUGIN_TIMEOUT,
                    "berth_" + cni.defaultBridge().replaceAll("\\W", "_"),
                    handlerPaths(configuration, Configuration.RuntimeHandler::cniConfDir));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("[cni] default_bridge or default_subnets: " + Reason.of(e));
        }
    }

    private static Map<String, Path> handlerPaths(
            Configuration configuration, Function<Configuration.RuntimeHandler, Optional<Path>> key) {
        var paths = new HashMap<String, Path>();
        configuration
                .runtimeHandlers()
                .forEach((name, handler) -> key.apply(handler).ifPresent(path -> paths.put(name, path)));
        return paths;
    }
}
