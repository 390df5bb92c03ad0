package dev.berth.engine.lowering;

import dev.berth.engine.oci.Device;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Mount;
import dev.berth.engine.oci.Spec;
import dev.berth.shim.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The steps of a container's mounts, by the mount namespace they run in. Nothing of the container's file systems is
 * reachable while the host's sources are opened, and no host path is looked up once it is.
 */
final class MountSteps {
    /** File systems that the kernel makes without privileges on the host only where they are seen already. */
    private static final Set<String> VIEWS = Set.of("proc", "sysfs");

    private static final String LAYER = "lowerdir+=";

    /** Beyond those of the mounts that are attached. */
    private static final int LAYER_SLOTS = 512;

    private final Spec spec;
    private final Placement placement;
    private final List<Step> onHost = new ArrayList<>();
    private final List<Step> inNamespaces = new ArrayList<>();
    private final List<Step> inPod = new ArrayList<>();
    private final List<Step> inContainer = new ArrayList<>();
    private final List<Integer> locked = new ArrayList<>();
    private int slots;

    private MountSteps(Spec spec, Placement placement) {
        this.spec = spec;
        this.placement = placement;
    }

    static MountSteps of(Spec spec, Placement placement) throws InvalidSpecException {
        MountSteps steps = new MountSteps(spec, placement);
        steps.root();
        steps.mounts();
        steps.lock();
        return steps;
    }

    List<Step> onHost() {
        return onHost;
    }

    /**
     * The kernel's views of the container's namespaces, made while the mount namespace is still the host's: without the
     * host's privileges the kernel makes them only where they are mounted already.
     */
    List<Step> inNamespaces() {
        return inNamespaces;
    }

    /** Sources that exist in the mount namespace of the pod's holder only. */
    List<Step> inPod() {
        return inPod;
    }

    List<Step> inContainer() {
        return inContainer;
    }

    /** {@code volatile}: a container's writable layer need not survive the host, and its unmount need not sync. */
    private void root() {
        int slot = slots++;
        inContainer.add(new Step.Root(slot));
        if (placement.layers().isEmpty()) {
            onHost.add(new Step.OpenTree(slot, placement.upper().toString(), false));
            return;
        }
        onHost.add(overlay(slot, placement, layers(lowers(placement))));
    }

    /** The root file system, without a user namespace. */
    static Step root(int slot, Placement placement) {
        return placement.layers().isEmpty()
                ? new Step.OpenTree(slot, placement.upper().toString(), false)
                : overlay(slot, placement, lowers(placement));
    }

    private static List<String> lowers(Placement placement) {
        return placement.layers().reversed().stream()
                .map(layer -> LAYER + layer)
                .toList();
    }

    private static Step overlay(int slot, Placement placement, List<String> lowers) {
        List<String> options = new ArrayList<>(lowers);
        options.add("upperdir=" + placement.upper());
        options.add("workdir=" + placement.work());
        options.addAll(List.of("index=off", "metacopy=off", "volatile"));
        return new Step.CreateMount(slot, "overlay", "overlay", options, 0);
    }

    /** In a user namespace each layer is shown with its ids, without a copy. The slots are free again after the overlay. */
    private List<String> layers(List<String> options) {
        if (!spec.linux().mapsIds()) {
            return options;
        }
        List<String> mapped = new ArrayList<>();
        for (String option : options) {
            int slot = LAYER_SLOTS + mapped.size();
            onHost.add(new Step.OpenTree(slot, option.substring(LAYER.length()), false));
            onHost.add(mapped(slot));
            mapped.add("lowerdir+#" + slot);
        }
        return mapped;
    }

    private Step mapped(int slot) {
        return new Step.MapIds(slot, placement.userNamespace().orElseThrow());
    }

    /** Nodes are made as soon as there is a /dev and before any volume is attached that others may write to. */
    private void mounts() throws InvalidSpecException {
        boolean devMounted = false;
        for (Mount mount : spec.mounts()) {
            attach(mount);
            if (mount.destination().equals("/dev")) {
                devMounted = true;
                nodes(mount);
            }
        }
        if (!devMounted) {
            throw new InvalidSpecException("the spec has no mount at /dev");
        }
    }

    /**
     * A bound /dev is the host's: it has its nodes, and is not ours to change. In a user namespace nobody can make nodes:
     * the host's are bound.
     */
    private void nodes(Mount dev) throws InvalidSpecException {
        if (dev.bind()) {
            return;
        }
        List<Device> devices = spec.linux().devices();
        if (spec.linux().mapsIds()) {
            boundNodes(devices);
        } else {
            inContainer.addAll(StandardNodes.steps(devices));
        }
    }

    private void boundNodes(List<Device> devices) {
        inContainer.addAll(StandardNodes.directories(devices));
        for (String path : StandardNodes.paths(devices)) {
            int slot = slots++;
            onHost.add(new Step.OpenTree(slot, path, false));
            inContainer.add(new Step.AttachMount(slot, path, 0, 0, false, MountOptions.MS_PRIVATE));
        }
        inContainer.addAll(StandardNodes.links());
    }

    private void attach(Mount mount) throws InvalidSpecException {
        MountOptions options = MountOptions.of(mount);
        if (mount.bind()) {
            bind(mount, options);
        } else if ("cgroup".equals(mount.type())) {
            cgroups(mount, options);
        } else if ("overlay".equals(mount.type())) {
            overlay(mount, options);
        } else {
            create(mount.destination(), type(mount), source(mount), options.filesystem(), options.set());
        }
    }

    private void bind(Mount mount, MountOptions options) {
        int slot = slots++;
        String source = source(mount);
        boolean ofPod = source.equals(placement.podShm().toString());
        (ofPod ? inPod : onHost)
                .add(new Step.OpenTree(slot, source, mount.options().contains("rbind")));
        narrow(slot, options);
        if (mount.options().contains(Mount.MAPPED)) {
            onHost.add(mapped(slot));
        }
        MountOptions left = spec.linux().mapsIds() && !ofPod ? locked(slot, options) : options;
        inContainer.add(new Step.AttachMount(
                slot, mount.destination(), left.set(), left.clear(), left.recursive(), left.propagation()));
    }

    /** In a user namespace: flags that are set before it is entered, and those that are left to be set. */
    private MountOptions locked(int slot, MountOptions options) {
        if (options.set() == 0) {
            return options;
        }
        onHost.add(new Step.SetAttributes(slot, options.set(), options.clear(), options.recursive()));
        locked.add(slot);
        return options.withoutFlags();
    }

    private void lock() {
        if (!locked.isEmpty()) {
            onHost.add(new Step.LockFlags(locked, placement.userNamespace().orElseThrow()));
        }
    }

    /** Its layers are found on the host. */
    private void overlay(Mount mount, MountOptions options) {
        boolean mapped = mount.options().contains(Mount.MAPPED);
        List<String> layers = mapped ? layers(options.filesystem()) : options.filesystem();
        int slot = slots++;
        onHost.add(new Step.CreateMount(slot, "overlay", source(mount), layers, options.set()));
        narrow(slot, options);
        inContainer.add(new Step.AttachMount(slot, mount.destination(), 0, 0, false, 0));
    }

    private void narrow(int slot, MountOptions options) {
        if (!options.subdirectory().isEmpty()) {
            inContainer.add(new Step.Subtree(slot, options.subdirectory()));
        }
    }

    private void create(String destination, String type, String source, List<String> options, long attributes) {
        int slot = slots++;
        boolean early = spec.linux().mapsIds() && VIEWS.contains(type);
        (early ? inNamespaces : inContainer).add(new Step.CreateMount(slot, type, source, options, attributes));
        inContainer.add(new Step.AttachMount(slot, destination, 0, 0, false, 0));
    }

    private void cgroups(Mount mount, MountOptions options) {
        switch (placement.cgroupView()) {
            case CgroupView.Unified() -> create(mount.destination(), "cgroup2", "cgroup", List.of(), options.set());
            case CgroupView.Hierarchies(List<CgroupView.Hierarchy> hierarchies) ->
                hierarchies(mount.destination(), hierarchies, options.set());
        }
    }

    /** The directories are made in the tmpfs before it becomes read-only. */
    private void hierarchies(String destination, List<CgroupView.Hierarchy> hierarchies, long attributes) {
        boolean readOnly = (attributes & MountOptions.RDONLY) != 0;
        create(destination, "tmpfs", "cgroup", List.of("mode=755"), attributes & ~MountOptions.RDONLY);
        for (CgroupView.Hierarchy hierarchy : hierarchies) {
            String directory = destination + "/" + hierarchy.directory();
            create(directory, hierarchy.fsType(), "cgroup", hierarchy.options(), attributes);
            aliases(destination, hierarchy.directory());
        }
        if (readOnly) {
            inContainer.add(new Step.ReadOnly(destination));
        }
    }

    /** Controllers that share a hierarchy are also found by their own names. */
    private void aliases(String destination, String directory) {
        if (directory.contains(",")) {
            for (String controller : directory.split(",", -1)) {
                inContainer.add(new Step.MakeSymlink(directory, destination + "/" + controller));
            }
        }
    }

    private static String type(Mount mount) throws InvalidSpecException {
        if (mount.type() == null) {
            throw new InvalidSpecException("mount at " + mount.destination() + ": no type");
        }
        return mount.type();
    }

    private static String source(Mount mount) {
        return mount.source() == null ? "none" : mount.source();
    }
}
