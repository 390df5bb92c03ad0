package dev.berth.cri.host;

import dev.berth.cgroup.CgroupHost;
import dev.berth.cni.Cidr;
import dev.berth.cni.DefaultNetwork;
import dev.berth.cni.NetworkSettings;
import dev.berth.cri.config.Configuration;
import dev.berth.cri.lowering.CgroupView;
import dev.berth.cri.record.Trees;
import dev.berth.cri.seccomp.SeccompProfiles;
import dev.berth.cri.spec.HostFacts;
import dev.berth.image.StoreSettings;
import dev.berth.image.credential.AuthFiles;
import dev.berth.image.registry.Registries;
import dev.berth.image.registry.Transfer;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import dev.berth.linux.mount.MountTable;
import dev.berth.linux.mount.RootDirectory;
import dev.berth.linux.process.Descriptors;
import dev.berth.linux.process.FileLock;
import dev.berth.shim.ShimBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This host as the daemon found it when it claimed its directories. */
public final class Host {
    private static final Logger LOG = LoggerFactory.getLogger(Host.class);
    private static final Duration PLUGIN_TIMEOUT = Duration.ofSeconds(60);
    private static final int LOCK_MODE = 0600;

    private final Configuration configuration;
    private final ProcessLimits limits;
    private final CgroupHost cgroups;
    private final SeccompProfiles seccomp;
    private final CgroupView cgroupView;
    private final ShimBinary shim;

    /** Held as long as the process lives: a second daemon on the same directories is refused. */
    @SuppressWarnings("unused") // its being open is its use
    private final Fd claim;

    private Host(Configuration configuration, ProcessLimits limits, CgroupHost cgroups, Fd claim) throws IOException {
        this.configuration = configuration;
        this.limits = limits;
        this.cgroups = cgroups;
        this.claim = claim;
        this.seccomp = new SeccompProfiles(configuration.root().resolve("seccomp"));
        this.cgroupView = CgroupView.of(MountTable.read());
        this.shim = ShimBinary.load(shimFile());
    }

    /** Takes the daemon's directories for this process alone. */
    public static Host claim(Configuration configuration, ProcessLimits limits, CgroupHost cgroups) throws IOException {
        Trees.createPrivate(configuration.root());
        Trees.createPrivate(configuration.state());
        var file = configuration.state().resolve("berthd.lock");
        var lock = Descriptors.readWrite(file.toString(), LOCK_MODE);
        if (!FileLock.tryLock(lock)) {
            lock.close();
            throw new HostException("another berthd runs on the state directory " + configuration.state()
                    + "; end it, or give this one a root, state and listen of its own");
        }
        requireOverlay(configuration.root());
        return new Host(configuration, limits, cgroups, lock);
    }

    /** Images of many layers need an overlay that takes them one by one: found out here, not by the first container. */
    private static void requireOverlay(Path root) throws IOException {
        var lower = root.resolve("probe").resolve("lower");
        var upper = root.resolve("probe").resolve("upper");
        Trees.createPrivate(lower);
        Trees.createPrivate(upper);
        try {
            RootDirectory.overlay(List.of(lower, upper)).close();
        } catch (ErrnoException e) {
            throw new HostException(
                    "the kernel cannot mount an overlay of %s layer by layer (%s); Linux 6.8 or newer is needed, with the overlay module"
                            .formatted(root, e.getMessage()));
        } finally {
            Trees.delete(root.resolve("probe"));
        }
    }

    public HostFacts facts() throws IOException {
        var apparmor = AppArmor.read();
        return new HostFacts(
                limits.capabilities(),
                limits.openFilesHard(),
                cgroups.unified(),
                apparmor.enabled(),
                apparmor.defaultProfile(),
                Files.isDirectory(Path.of("/sys/fs/selinux/booleans")),
                Path.of("/dev"),
                empty(configuration.root()));
    }

    private static Path empty(Path root) throws IOException {
        var empty = root.resolve("empty");
        Trees.createPrivate(empty);
        return empty;
    }

    public SeccompProfiles seccompProfiles() {
        return seccomp;
    }

    public CgroupView cgroupView() {
        return cgroupView;
    }

    public ShimBinary shimBinary() {
        return shim;
    }

    public Registries registries() {
        var registry = configuration.registry();
        var environment = System.getenv();
        var authFiles = AuthFiles.of(registry.authFiles(), environment.getOrDefault("PATH", ""));
        return new Registries(registry.configPath(), authFiles, environment, Transfer.DEFAULT);
    }

    public StoreSettings storeSettings() {
        return new StoreSettings(configuration.image().pinned(), StoreSettings.DEFAULT.parallelLayers());
    }

    public NetworkSettings networkSettings() throws IOException {
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
                    handlerConfDirs());
        } catch (IllegalArgumentException e) {
            throw new HostException("[cni] default_bridge or default_subnets: " + e.getMessage());
        }
    }

    private Map<String, Path> handlerConfDirs() {
        var directories = new HashMap<String, Path>();
        configuration
                .runtimeHandlers()
                .forEach((name, handler) ->
                        handler.cniConfDir().ifPresent(directory -> directories.put(name, directory)));
        return directories;
    }

    /** Says on the log what the daemon serves with. */
    public void announce() {
        LOG.info(
                "serving CRI on {}, root {}, state {}, cgroup {}",
                configuration.listen(),
                configuration.root(),
                configuration.state(),
                cgroups.unified() ? "v2" : "v1");
    }

    /** In the distribution beside the jars; {@code berth.home} is set by the launcher. */
    private static Path shimFile() throws HostException {
        var home = System.getProperty("berth.home");
        if (home == null) {
            throw new HostException("the property berth.home is not set; start the daemon by bin/berthd");
        }
        return Path.of(home, "libexec", "berth-shim");
    }
}
