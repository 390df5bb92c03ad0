package dev.berth.engine.stats;

import dev.berth.cgroup.stats.Stats;
import dev.berth.engine.container.Container;
import dev.berth.engine.container.ContainerState;
import dev.berth.engine.container.Containers;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.snapshot.WritableLayers;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Reads what containers use, when asked. */
public final class Usages {
    private final Containers containers;
    private final WritableLayers layers;
    private final CpuRates rates = new CpuRates();
    private final LayerSizes sizes = new LayerSizes();

    public Usages(Containers containers, WritableLayers layers) {
        this.containers = containers;
        this.layers = layers;
    }

    /** What one container uses; a container that is not running has no cgroup statistics. */
    public ContainerUsage of(String idOrPrefix) throws EngineException {
        return usage(containers.index().require(idOrPrefix));
    }

    /** What the running containers of a choice use. */
    public List<ContainerUsage> running(Predicate<Container> choice) throws EngineException, InterruptedException {
        var all = containers.index().all();
        forgetOthers(all);
        var chosen = all.stream()
                .filter(each -> each.state() instanceof ContainerState.Running && choice.test(each))
                .toList();
        return SideBySide.each(chosen, this::usage);
    }

    private ContainerUsage usage(Container container) throws EngineException {
        var id = container.id();
        var stats = stats(container);
        var rate = stats.map(each -> rates.rate(id, each.timestampNanos(), each.cpuNanos()))
                .orElse(OptionalLong.empty());
        return new ContainerUsage(
                container,
                stats,
                rate,
                sizes.size(id, layers.upper(id), container.record().createdAt()));
    }

    /** Absent also for a container that has just ended and taken its cgroup along. */
    private Optional<Stats> stats(Container container) throws EngineException {
        return container.state() instanceof ContainerState.Running
                ? Reading.of("container " + container.id(), containers.cgroup(container.record())::stats)
                : Optional.empty();
    }

    private void forgetOthers(Collection<Container> living) {
        var ids = living.stream().map(Container::id).collect(Collectors.toSet());
        rates.retain(ids);
        sizes.retain(ids);
    }
}
