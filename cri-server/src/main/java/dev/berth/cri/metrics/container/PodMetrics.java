package dev.berth.cri.metrics.container;

import dev.berth.engine.Engine;
import dev.berth.engine.container.Container;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.sandbox.Sandbox;
import dev.berth.engine.stats.CgroupUse;
import dev.berth.engine.stats.ContainerUsage;
import dev.berth.engine.stats.PodUsage;
import dev.berth.engine.stats.SideBySide;
import dev.berth.linux.net.InterfaceCounters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads the metrics of all ready pods and their running containers. */
public final class PodMetrics {
    private static final List<String> SUBJECT_LABELS = List.of("id", "name", "image", "container", "pod", "namespace");

    private final Engine engine;
    private final List<Family<CgroupUse>> cgroupFamilies;
    private final List<Family<List<InterfaceCounters>>> networkFamilies = NetworkFamilies.all();
    private final List<Family<ContainerSubject>> containerFamilies;

    public PodMetrics(Engine engine) {
        this.engine = engine;
        this.cgroupFamilies = CgroupFamilies.all(engine.unifiedCgroups());
        this.containerFamilies = ContainerFamilies.all(engine.unifiedCgroups());
    }

    /** A pod's own readings, and those of its containers by id. */
    public record OfPod(Sandbox sandbox, List<Reading> own, Map<String, List<Reading>> containers) {}

    /** Every metric there is. */
    public List<Family<?>> families() {
        return Stream.<List<? extends Family<?>>>of(cgroupFamilies, networkFamilies, containerFamilies)
                .<Family<?>>flatMap(List::stream)
                .toList();
    }

    /** The names of a family's labels: first those of the subject, then its own. */
    public static List<String> labels(Family<?> family) {
        return joined(SUBJECT_LABELS, family.labels());
    }

    public List<OfPod> read() throws EngineException, InterruptedException {
        var disk = disk();
        return SideBySide.each(engine.podUsages().ready(_ -> true), usage -> pod(usage, disk));
    }

    private Disk disk() throws EngineException {
        var root = engine.settings().root();
        try {
            return Disk.of(root);
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Code.INTERNAL, "read the file system of %s: %s".formatted(root, e.getMessage()), e);
        }
    }

    private OfPod pod(PodUsage usage, Disk disk) throws EngineException {
        var labels = labels(usage.sandbox());
        var own = new ArrayList<Reading>();
        engine.details().of(usage).ifPresent(use -> read(cgroupFamilies, use, labels, own));
        read(networkFamilies, usage.interfaces(), labels, own);
        var containers = new LinkedHashMap<String, List<Reading>>();
        for (ContainerUsage each : usage.containers()) {
            containers.put(each.container().id(), container(usage.sandbox(), each, disk));
        }
        return new OfPod(usage.sandbox(), own, containers);
    }

    private List<Reading> container(Sandbox sandbox, ContainerUsage usage, Disk disk) throws EngineException {
        var labels = labels(sandbox, usage.container());
        var readings = new ArrayList<Reading>();
        engine.details().of(usage).ifPresent(detail -> {
            read(cgroupFamilies, detail.cgroup(), labels, readings);
            read(containerFamilies, new ContainerSubject(detail, disk), labels, readings);
        });
        return readings;
    }

    private static <S> void read(List<Family<S>> families, S subject, List<String> labels, List<Reading> into) {
        for (Family<S> family : families) {
            for (Family.Sample sample : family.samples().apply(subject)) {
                into.add(new Reading(family, joined(labels, sample.labels()), sample.value()));
            }
        }
    }

    /** As cAdvisor labels the cgroup of a pod: no container, no image. */
    private static List<String> labels(Sandbox sandbox) {
        var metadata = sandbox.config().metadata();
        return List.of(sandbox.config().cgroupParent(), sandbox.id(), "", "", metadata.name(), metadata.namespace());
    }

    private static List<String> labels(Sandbox sandbox, Container container) {
        var metadata = sandbox.config().metadata();
        return List.of(
                container.record().cgroup(),
                container.id(),
                container.record().imageName(),
                container.config().metadata().name(),
                metadata.name(),
                metadata.namespace());
    }

    private static List<String> joined(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
