package dev.berth.engine;

import dev.berth.cgroup.CgroupHost;
import dev.berth.engine.host.AppArmor;
import dev.berth.engine.host.Health;
import dev.berth.engine.host.HostException;
import dev.berth.engine.host.HostFacts;
import dev.berth.engine.host.ProcessLimits;
import dev.berth.engine.lowering.CgroupView;
import dev.berth.engine.record.Trees;
import dev.berth.engine.seccomp.SeccompProfiles;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import dev.berth.linux.Reason;
import dev.berth.linux.mount.MountTable;
import dev.berth.linux.mount.RootDirectory;
import dev.berth.linux.process.Descriptors;
import dev.berth.linux.process.FileLock;
import dev.berth.shim.ShimBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** This host as the daemon found it when it claimed its directories. */
public final class Host {
    private static final int LOCK_MODE = 0600;

    private final EngineSettings settings;
    private final ProcessLimits limits;
    private final CgroupHost cgroups;
    private final SeccompProfiles seccomp;
    private final CgroupView cgroupView;
    private final ShimBinary shim;

    /** Held as long as the process lives: a second daemon on the same directories is refused. */
    @SuppressWarnings("unused") // its being open is its use
    private final Fd claim;

    private Host(EngineSettings settings, ProcessLimits limits, CgroupHost cgroups, Fd claim) throws IOException {
        this.settings = settings;
        this.limits = limits;
        this.cgroups = cgroups;
        this.claim = claim;
        this.seccomp = new SeccompProfiles(settings.root().resolve("seccomp"));
        this.cgroupView = CgroupView.of(MountTable.read());
        this.shim = ShimBinary.load(settings.shim());
    }

    /** Takes the daemon's directories for this process alone. */
    public static Host claim(EngineSettings settings, ProcessLimits limits, CgroupHost cgroups) throws IOException {
        create("root", settings.root());
        create("state", settings.state());
        var file = settings.state().resolve("berthd.lock");
        var lock = Descriptors.readWrite(file.toString(), LOCK_MODE);
        if (!FileLock.tryLock(lock)) {
            lock.close();
            throw new HostException("another berthd runs on the state directory " + settings.state()
                    + "; end it, or give this one a root, state and listen of its own");
        }
        requireOverlay(settings.root());
        return new Host(settings, limits, cgroups, lock);
    }

    private static void create(String key, Path directory) throws IOException {
        try {
            Trees.createPrivate(directory);
        } catch (IOException e) {
            throw new HostException(
                    "%s = \"%s\": the directory cannot be made (%s)".formatted(key, directory, Reason.of(e)), e);
        }
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
                            .formatted(root, Reason.of(e)));
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
                empty(settings.root()));
    }

    private static Path empty(Path root) throws IOException {
        var empty = root.resolve("empty");
        Trees.createPrivate(empty);
        return empty;
    }

    public SeccompProfiles seccompProfiles() {
        return seccomp;
    }

    public Health health() {
        return new Health(List.of(settings.root(), settings.state()), cgroups.mountPoints(), shim);
    }

    public CgroupView cgroupView() {
        return cgroupView;
    }

    public ShimBinary shimBinary() {
        return shim;
    }

    /** Whether cgroups v2 enforce limits here. */
    public boolean unifiedCgroups() {
        return cgroups.unified();
    }
}
