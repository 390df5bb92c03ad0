package dev.berth.cri.lowering;

import dev.berth.cri.oci.InvalidSpecException;
import dev.berth.cri.oci.Mount;
import dev.berth.cri.oci.Spec;
import dev.berth.shim.plan.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps of a container's mounts, by the mount namespace they run in. Nothing of the container's file systems is
 * reachable while the host's sources are opened, and no host path is looked up once it is.
 */
final class MountSteps {
    private final Spec spec;
    private final Placement placement;
    private final List<Step> onHost = new ArrayList<>();
    private final List<Step> inPod = new ArrayList<>();
    private final List<Step> inContainer = new ArrayList<>();
    private int slots;

    private MountSteps(Spec spec, Placement placement) {
        this.spec = spec;
        this.placement = placement;
    }

    static MountSteps of(Spec spec, Placement placement) throws InvalidSpecException {
        MountSteps steps = new MountSteps(spec, placement);
        steps.root();
        steps.mounts();
        return steps;
    }

    List<Step> onHost() {
        return onHost;
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
        List<String> options = new ArrayList<>();
        for (Path layer : placement.layers().reversed()) {
            options.add("lowerdir+=" + layer);
        }
        options.add("upperdir=" + placement.upper());
        options.add("workdir=" + placement.work());
        options.addAll(List.of("index=off", "metacopy=off", "volatile"));
        onHost.add(new Step.CreateMount(slot, "overlay", "overlay", options, 0));
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

    /** A bound /dev is the host's: it has its nodes, and is not ours to change. */
    private void nodes(Mount dev) throws InvalidSpecException {
        if (!dev.bind()) {
            inContainer.addAll(StandardNodes.steps(spec.linux().devices()));
        }
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
        Step open = new Step.OpenTree(slot, source, mount.options().contains("rbind"));
        (source.equals(placement.podShm().toString()) ? inPod : onHost).add(open);
        narrow(slot, options);
        inContainer.add(new Step.AttachMount(
                slot, mount.destination(), options.set(), options.clear(), options.recursive(), options.propagation()));
    }

    /** Its layers are found on the host. */
    private void overlay(Mount mount, MountOptions options) {
        int slot = slots++;
        onHost.add(new Step.CreateMount(slot, "overlay", source(mount), options.filesystem(), options.set()));
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
        inContainer.add(new Step.CreateMount(slot, type, source, options, attributes));
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
