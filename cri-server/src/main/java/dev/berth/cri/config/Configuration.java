package dev.berth.cri.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the daemon was told.
 *
 * @param root where images and writable layers live; survives a reboot
 * @param state where sandbox and container records and sockets live; means nothing after a reboot
 * @param listen path of the unix socket of the CRI
 * @param runtimeHandlers what pods may name as their runtime handler, besides the one without a name
 */
public record Configuration(
        Path root,
        Path state,
        Path listen,
        LogLevel logLevel,
        LogFormat logFormat,
        Registry registry,
        Cni cni,
        Cgroup cgroup,
        Container container,
        Image image,
        Cdi cdi,
        Optional<Metrics> metrics,
        Streaming streaming,
        Map<String, RuntimeHandler> runtimeHandlers) {
    public Configuration {
        runtimeHandlers = Map.copyOf(runtimeHandlers);
    }

    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    /** How a line of the log is written. */
    public enum LogFormat {
        TEXT,
        JSON
    }

    /**
     * Registries.
     *
     * @param configPath the directory of {@code <host>/hosts.toml} files
     * @param authFiles the node's own credentials, in files like Docker's config.json; they need not exist
     */
    public record Registry(Path configPath, List<Path> authFiles) {
        public Registry {
            authFiles = List.copyOf(authFiles);
        }
    }

    /**
     * The pod network.
     *
     * @param confDir where CNI configuration is looked for; without any, a default bridge network is used
     * @param defaultBridge name of that bridge
     * @param defaultSubnets its address ranges, at most one per family
     * @param leaseDir where the default network's address leases are kept
     * @param gcIntervalSeconds time between two searches for what pods that are gone have left
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
            int gcIntervalSeconds,
            int readyNamespaces) {
        public Cni {
            binDirs = List.copyOf(binDirs);
            defaultSubnets = List.copyOf(defaultSubnets);
        }
    }

    /**
     * A runtime handler: {@code cniConfDir} is where its pods' networks are configured, where not with all others';
     * {@code runtime} the program of the OCI runtime that carries its containers out, where not Berth itself.
     */
    public record RuntimeHandler(Optional<Path> cniConfDir, Optional<Path> runtime) {}

    /** Cgroups: {@code parent} is that of containers whose pod names none of its own. */
    public record Cgroup(String parent) {}

    /**
     * Containers.
     *
     * @param launchTimeoutSeconds how long the host may take for one's creation and for its start
     * @param makeHostPaths whether a missing host path that a pod mounts is made as a directory, or refused
     * @param imageVolumes whether the volumes that an image declares are made
     */
    public record Container(int launchTimeoutSeconds, boolean makeHostPaths, boolean imageVolumes) {}

    /** Images: {@code pinned} names those that garbage collection must leave; {@code *} matches any text. */
    public record Image(List<String> pinned) {
        public Image {
            pinned = List.copyOf(pinned);
        }
    }

    /** Devices: {@code specDirs} is where vendors describe them; a later directory wins. */
    public record Cdi(List<Path> specDirs) {
        public Cdi {
            specDirs = List.copyOf(specDirs);
        }
    }

    /** The address that serves Prometheus metrics over HTTP. */
    public record Metrics(String host, int port) {}

    /**
     * Where the clients of Exec, Attach and PortForward come to.
     *
     * @param port 0 takes any that is free
     * @param idleTimeoutSeconds a connection on which nothing is said for so long is closed
     */
    public record Streaming(String host, int port, Optional<Tls> tls, int idleTimeoutSeconds) {
        /** Whether it listens on every address of the node. */
        public boolean everywhere() {
            return host.equals("0.0.0.0") || host.equals("::");
        }
    }

    /** A certificate with its chain, and its key, in PEM files. */
    public record Tls(Path certificate, Path key) {}
}
