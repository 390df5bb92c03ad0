package dev.berth.engine.lowering;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Mount;
import dev.berth.engine.oci.Spec;
import dev.berth.engine.oci.SpecJson;
import dev.berth.engine.runtime.Bundle;
import dev.berth.engine.runtime.OciRuntime;
import dev.berth.shim.plan.Bytes;
import dev.berth.shim.plan.LaunchPlan;
import dev.berth.shim.plan.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The plan of a container that another OCI runtime makes: what only this host knows is mounted in the bundle, in a mount
 * namespace that ends with the call of the runtime; the runtime finds all of it by path.
 */
public final class BundleLowering {
    /** The descriptor of the pod's holder. */
    private static final int HOLDER = 0;

    private static final String LIMITED = "a container of this runtime handler cannot ";

    private final Placement placement;
    private final Bundle bundle;
    private final List<Step> onHost = new ArrayList<>();
    private final List<Step> inPod = new ArrayList<>();
    private final List<Step> inBundle = new ArrayList<>();
    private final List<Mount> mounts = new ArrayList<>();
    private int slots;

    private BundleLowering(Placement placement, Bundle bundle) {
        this.placement = placement;
        this.bundle = bundle;
    }

    /** A plan, and the spec that the runtime is to find in the bundle. */
    public record Bundled(LaunchPlan plan, Spec spec) {}

    /** The plan of a container's init process. The descriptor after those of the members is the host's mount namespace. */
    public static Bundled container(Spec spec, Placement placement, Bundle bundle, OciRuntime runtime, String id)
            throws InvalidSpecException {
        if (spec.linux().mapsIds()) {
            throw new InvalidSpecException(LIMITED + "have a user namespace");
        }
        var lowering = new BundleLowering(placement, bundle);
        lowering.root();
        for (Mount mount : spec.mounts()) {
            lowering.mount(mount);
        }
        var create = List.of("create", "--bundle", bundle.directory().toString());
        return new Bundled(lowering.plan(call(runtime, create, id, Bytes.utf8(""))), spec.bundled(lowering.mounts));
    }

    /** The plan of another process in a running container. */
    public static LaunchPlan exec(Spec spec, List<String> argv, boolean terminal, OciRuntime runtime, String id)
            throws InvalidSpecException, IOException {
        if (argv.isEmpty()) {
            throw new InvalidSpecException("exec: no command");
        }
        var process = Bytes.of(SpecJson.write(spec.process().running(argv, terminal)));
        return new LaunchPlan(0, Optional.empty(), List.of(call(runtime, List.of("exec", "--detach"), id, process)));
    }

    private static Step call(OciRuntime runtime, List<String> verb, String id, Bytes process) {
        return new Step.RuntimeCall(
                runtime.words().stream().map(Bytes::utf8).toList(),
                verb.stream().map(Bytes::utf8).toList(),
                id,
                runtime.call(id).toString(),
                process);
    }

    private LaunchPlan plan(Step call) {
        List<Step> steps = new ArrayList<>(onHost);
        if (!inPod.isEmpty()) {
            steps.add(new Step.EnterNamespaces(HOLDER, CloneFlag.NEWNS));
            steps.addAll(inPod);
            steps.add(new Step.EnterNamespaces(placement.members().size(), CloneFlag.NEWNS));
        }
        steps.add(new Step.Unshare(CloneFlag.NEWNS));
        steps.addAll(inBundle);
        steps.add(call);
        return new LaunchPlan(0, Optional.empty(), steps);
    }

    private void root() {
        onHost.add(MountSteps.root(slots, placement));
        inBundle.add(attach(slots++, bundle.rootfs().toString()));
    }

    private void mount(Mount mount) throws InvalidSpecException {
        MountOptions options = MountOptions.of(mount);
        if (mount.bind()) {
            String source = mount.source() == null ? "none" : mount.source();
            var open = new Step.OpenTree(slots, source, mount.options().contains("rbind"));
            (source.equals(placement.podShm().toString()) ? inPod : onHost).add(open);
            bound(mount, options, mount.options());
        } else if ("overlay".equals(mount.type())) {
            onHost.add(new Step.CreateMount(slots, "overlay", "overlay", options.filesystem(), options.set()));
            boolean readOnly = (options.set() & MountOptions.RDONLY) != 0;
            bound(mount, options, List.of("rbind", "rprivate", readOnly ? "ro" : "rw"));
        } else {
            mounts.add(mount);
        }
    }

    /** The mount in the next slot becomes the source of a bind that the runtime makes. */
    private void bound(Mount mount, MountOptions options, List<String> kept) {
        String place = bundle.mount(mounts.size()).toString();
        if (!options.subdirectory().isEmpty()) {
            inBundle.add(new Step.Subtree(slots, options.subdirectory()));
        }
        inBundle.add(attach(slots++, place));
        var plain = kept.stream()
                .filter(option -> !option.startsWith(Mount.SUBDIRECTORY))
                .toList();
        mounts.add(new Mount(mount.destination(), "bind", place, plain));
    }

    private static Step attach(int slot, String path) {
        return new Step.AttachMount(slot, path, 0, 0, false, 0);
    }
}
