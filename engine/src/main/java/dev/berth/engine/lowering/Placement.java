package dev.berth.engine.lowering;

import dev.berth.shim.plan.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where on this host a container's spec is carried out.
 *
 * @param layers directories of the image's layers, lowest first
 * @param upper the container's writable layer; {@code work} is overlay's work directory beside it
 * @param cgroup where the process starts
 * @param members the processes whose namespaces the spec joins: their pidfds are the plan's descriptors, in this order.
 *     The first is the pod's holder
 * @param userNamespace the plan's descriptor of the pod's user namespace, if the spec has one
 * @param podShm the source of the pod's /dev/shm, which exists in the holder's mount namespace only
 * @param filter the spec's seccomp profile, compiled
 */
public record Placement(
        List<Path> layers,
        Path upper,
        Path work,
        CgroupPlace cgroup,
        List<Integer> members,
        OptionalInt userNamespace,
        Path podShm,
        CgroupView cgroupView,
        Optional<Step.Seccomp> filter) {
    public Placement {
        layers = List.copyOf(layers);
        members = List.copyOf(members);
    }
}
