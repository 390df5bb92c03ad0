package dev.berth.cri.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the daemon was told.
 *
 * @param root where images and writable layers live; survives a reboot
 * @param state where sandbox and container records and sockets live; means nothing after a reboot
 * @param listen path of the unix socket of the CRI
 */
public record Configuration(
        Path root,
        Path state,
        Path listen,
        LogLevel logLevel,
        Registry registry,
        Cni cni,
        Cgroup cgroup,
        Image image,
        Optional<Metrics> metrics) {

    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    /** Registries: {@code configPath} is the directory of {@code <host>/hosts.toml} files. */
    public record Registry(Path configPath) {}

    /**
     * The pod network.
     *
     * @param confDir where CNI configuration is looked for; without any, a default bridge network is used
     * @param defaultBridge name of that bridge
     * @param defaultSubnets its address ranges, at most one per family
     * @param leaseDir where the default network's address leases are kept
     * @param readyNamespaces how many network namespaces are made before pods need them
     */
    public record Cni(
            Path confDir,
            List<Path> binDirs,
            Path cacheDir,
            boolean preferBuiltin,
            String defaultBridge,
            List<String> defaultSubnets,
            Path leaseDir,
            int readyNamespaces) {
        public Cni {
            binDirs = List.copyOf(binDirs);
            defaultSubnets = List.copyOf(defaultSubnets);
        }
    }

    /** Cgroups: {@code parent} is that of containers whose pod names none of its own. */
    public record Cgroup(String parent) {}

    /** Images: {@code pinned} names those that garbage collection must leave; {@code *} matches any text. */
    public record Image(List<String> pinned) {
        public Image {
            pinned = List.copyOf(pinned);
        }
    }

    /** The address that serves Prometheus metrics over HTTP. */
    public record Metrics(String host, int port) {}
}
