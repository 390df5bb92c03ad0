package dev.berth.engine.spec;

import dev.berth.engine.cdi.CdiDevices;
import dev.berth.engine.host.HostFacts;
import dev.berth.engine.oci.ContainerProcess;
import dev.berth.engine.oci.IdMapping;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Linux;
import dev.berth.engine.oci.Mount;
import dev.berth.engine.oci.Resources;
import dev.berth.engine.oci.Root;
import dev.berth.engine.oci.Spec;
import dev.berth.engine.oci.User;
import dev.berth.engine.pod.PodContext;
import dev.berth.engine.pod.PodFiles;
import dev.berth.engine.request.ResourceInput;
import dev.berth.engine.request.SecurityInput;
import dev.berth.engine.request.UserNamespace;
import dev.berth.engine.seccomp.SeccompProfiles;
import dev.berth.engine.security.CapabilitySets;
import dev.berth.engine.security.LsmLabels;
import dev.berth.engine.security.ProtectedPaths;
import dev.berth.engine.security.SeccompChoice;
import dev.berth.engine.user.ImageUsers;
import dev.berth.engine.user.ResolvedUser;
import dev.berth.linux.mount.RootDirectory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the OCI spec of a container: all of Berth's policy about what a container gets. */
public final class ContainerSpecs {
    /** Where a runtime that takes the spec from a bundle finds the root file system. */
    private static final String ROOT = "rootfs";

    private final HostFacts host;

    private final SeccompProfiles profiles;
    private final CdiDevices devices;
    private final RequestedMounts requested;

    public ContainerSpecs(HostFacts host, SeccompProfiles profiles, CdiDevices devices, HostPaths paths) {
        this.host = host;
        this.profiles = profiles;
        this.devices = devices;
        this.requested = new RequestedMounts(paths, host.empty());
    }

    /**
     * Checks the input against this host and the image, and makes the container's spec.
     *
     * @param image the image's files, for its user and group databases
     */
    public Spec container(ContainerInput input, RootDirectory image) throws InvalidSpecException, IOException {
        if (input.security().privileged() && !input.pod().privileged()) {
            throw new InvalidSpecException("a privileged container needs a privileged pod");
        }
        return InjectedDevices.into(
                own(input, image),
                devices.edits(input.cdiDevices()),
                input.pod().userNamespace());
    }

    private Spec own(ContainerInput input, RootDirectory image) throws InvalidSpecException, IOException {
        List<Mount> mounts = Mounts.of(input, requested);
        Mounts.checkPlaces(mounts, image);
        return new Spec(
                Spec.VERSION,
                process(input, image),
                new Root(ROOT, input.security().readonlyRootfs()),
                null,
                mounts,
                Map.of(
                        "io.kubernetes.cri.container-type",
                        "container",
                        "io.kubernetes.cri.sandbox-id",
                        input.pod().sandboxId()),
                linux(input, mounts));
    }

    /** The spec of the same container under other limits. */
    public Spec limited(Spec spec, ResourceInput limits) throws InvalidSpecException {
        Resources before = spec.linux().resources();
        return spec.limitedTo(
                ResourceLimits.of(limits, before == null ? List.of() : before.devices(), host.unifiedCgroups()));
    }

    private ContainerProcess process(ContainerInput input, RootDirectory image)
            throws InvalidSpecException, IOException {
        SecurityInput security = input.security();
        ResolvedUser user =
                ImageUsers.of(image).resolve(security.user(), input.image().user());
        checkMapped(input.pod(), user);
        LsmLabels labels = LsmLabels.of(security, host);
        return new ContainerProcess(
                input.command().terminal(),
                new User(user.uid(), user.gid(), null, user.groups()),
                CommandLine.of(input.command(), input.image()),
                environment(input, user),
                CommandLine.directory(input.command(), input.image()),
                CapabilitySets.of(security, host.boundingCapabilities()),
                List.of(OpenFiles.of(host)),
                security.noNewPrivileges(),
                labels.apparmor().orElse(null),
                ResourceLimits.oomScoreAdj(input.resources()),
                labels.selinux().orElse(null));
    }

    private static List<String> environment(ContainerInput input, ResolvedUser user)
            throws InvalidSpecException, IOException {
        String hostname = input.pod().hostname();
        return new Environment(input.command().terminal())
                .image(input.image().environment())
                .hostname(hostname.isEmpty() ? PodFiles.hostHostname() : hostname)
                .requested(input.command().environment())
                .home(user.home().orElse("/"))
                .entries();
    }

    private Linux linux(ContainerInput input, List<Mount> mounts) throws InvalidSpecException, IOException {
        SecurityInput security = input.security();
        Devices nodes = Devices.of(input, host);
        return new Linux(
                mappings(input.pod(), UserNamespace::uids),
                mappings(input.pod(), UserNamespace::gids),
                Map.of(),
                ResourceLimits.of(input.resources(), nodes.rules(), host.unifiedCgroups()),
                input.cgroupsPath(),
                NamespaceChoice.of(input.pod(), security.namespaces()),
                nodes.nodes(),
                SeccompChoice.of(security, CapabilitySets.of(security, host.boundingCapabilities()), profiles)
                        .orElse(null),
                rootPropagation(mounts),
                ProtectedPaths.masked(security),
                ProtectedPaths.readOnly(security),
                null);
    }

    private static List<IdMapping> mappings(PodContext pod, Function<UserNamespace, UserNamespace.Range> kind) {
        return pod.userNamespace()
                .map(kind)
                .map(range -> List.of(new IdMapping(0, range.host(), range.length())))
                .orElse(List.of());
    }

    private static void checkMapped(PodContext pod, ResolvedUser user) throws InvalidSpecException {
        if (pod.userNamespace().isPresent()) {
            UserNamespace ids = pod.userNamespace().get();
            boolean groups = user.groups().stream().allMatch(ids.gids()::contains);
            if (!groups || !ids.uids().contains(user.uid()) || !ids.gids().contains(user.gid())) {
                throw new InvalidSpecException(
                        "user %d:%d with groups %s: not all of them are in the pod's user namespace"
                                .formatted(user.uid(), user.gid(), user.groups()));
            }
        }
    }

    /** For runtimes that bind from inside the new namespace: the mounts must not be cut off before they are bound. */
    private static @Nullable String rootPropagation(List<Mount> mounts) {
        boolean shared = mounts.stream().anyMatch(mount -> mount.options().contains("rshared"));
        boolean slave = mounts.stream().anyMatch(mount -> mount.options().contains("rslave"));
        return shared ? "rshared" : slave ? "rslave" : null;
    }
}
