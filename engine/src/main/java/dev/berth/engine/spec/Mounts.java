package dev.berth.engine.spec;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Mount;
import dev.berth.engine.pod.PodFiles;
import dev.berth.engine.request.ContainerPath;
import dev.berth.engine.request.NamespaceInput;
import dev.berth.engine.request.SecurityInput;
import dev.berth.linux.mount.RootDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The mounts of a container, parents before children. */
final class Mounts {
    private static final Path HOST_SHM = Path.of("/dev/shm");

    private Mounts() {}

    /** What Kubernetes mounts takes the place of what every container has at the same path. */
    static List<Mount> of(ContainerInput input, RequestedMounts asked) throws InvalidSpecException, IOException {
        List<Mount> requested = asked.of(input.mounts(), input.volumeLayers(), input.pod());
        Set<String> taken = new HashSet<>();
        requested.forEach(mount -> taken.add(mount.destination()));
        input.volumes().keySet().forEach(volume -> taken.add(volume.path()));
        List<Mount> mounts = new ArrayList<>();
        for (Mount implied : implied(input)) {
            if (!replaced(implied.destination(), taken)) {
                mounts.add(implied);
            }
        }
        mounts.addAll(requested);
        input.volumes().forEach((volume, directory) -> mounts.add(volume(input, volume, directory)));
        mounts.sort(Comparator.comparingInt(mount -> ContainerPath.depth(mount.destination())));
        return mounts;
    }

    /** The kernel's own file systems are trusted at their paths: through a link they would land elsewhere. */
    static void checkPlaces(List<Mount> mounts, RootDirectory image) throws InvalidSpecException, IOException {
        for (Mount mount : mounts) {
            boolean kernel = "proc".equals(mount.type()) || "sysfs".equals(mount.type());
            if (kernel && !image.takesDirectory(mount.destination())) {
                throw new InvalidSpecException("the image's %s is a link or a file; %s is mounted on a directory only"
                        .formatted(mount.destination(), mount.type()));
            }
        }
    }

    /** A mount over /dev brings its own /dev/pts and the like. */
    private static boolean replaced(String destination, Set<String> taken) {
        return taken.contains(destination) || (taken.contains("/dev") && ContainerPath.below(destination, "/dev"));
    }

    /** Writable whatever the root is. */
    private static Mount volume(ContainerInput input, DeclaredVolume volume, Path directory) {
        List<String> options = new ArrayList<>(List.of("rbind", "rprivate", "rw"));
        if (input.pod().userNamespace().isPresent()) {
            options.add(Mount.MAPPED);
        }
        return bind(volume.path(), directory, options);
    }

    private static List<Mount> implied(ContainerInput input) {
        List<Mount> mounts = new ArrayList<>(kernel(input.security()));
        PodFiles files = input.pod().files();
        NamespaceInput namespaces = input.security().namespaces();
        List<String> options = new ArrayList<>(List.of("rbind", "rprivate"));
        options.add(input.security().readonlyRootfs() ? "ro" : "rw");
        if (input.pod().userNamespace().isPresent()) {
            options.add(Mount.MAPPED);
        }
        mounts.add(bind("/etc/hosts", files.hosts(), options));
        mounts.add(bind("/etc/hostname", files.hostname(), options));
        mounts.add(bind("/etc/resolv.conf", files.resolvConf(), options));
        mounts.add(new Mount(
                "/dev/shm",
                "bind",
                (namespaces.hostIpc() ? HOST_SHM : PodFiles.SHM).toString(),
                List.of("rbind", "rprivate", "nosuid", "nodev", "noexec", "rw")));
        return mounts;
    }

    private static Mount bind(String destination, Path source, List<String> options) {
        return new Mount(destination, "bind", source.toString(), options);
    }

    private static List<Mount> kernel(SecurityInput security) {
        String access = security.privileged() ? "rw" : "ro";
        return List.of(
                new Mount("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev")),
                new Mount("/dev", "tmpfs", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k")),
                new Mount(
                        "/dev/pts",
                        "devpts",
                        "devpts",
                        List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5")),
                new Mount("/dev/mqueue", "mqueue", "mqueue", List.of("nosuid", "noexec", "nodev")),
                new Mount("/sys", "sysfs", "sysfs", List.of("nosuid", "noexec", "nodev", access)),
                new Mount(
                        "/sys/fs/cgroup",
                        "cgroup",
                        "cgroup",
                        List.of("nosuid", "noexec", "nodev", "relatime", access)));
    }
}
