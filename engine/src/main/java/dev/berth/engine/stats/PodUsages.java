package dev.berth.engine.stats;

import dev.berth.cgroup.stats.Stats;
import dev.berth.engine.container.Containers;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.sandbox.Sandbox;
import dev.berth.engine.sandbox.SandboxState;
import dev.berth.engine.sandbox.Sandboxes;
import dev.berth.linux.net.InterfaceCounters;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Reads what pods use, when asked. */
public final class PodUsages {
    /** What CNI calls the interface of a pod's default network. */
    private static final String DEFAULT_INTERFACE = "eth0";

    private static final String LOOPBACK = "lo";

    private final Sandboxes sandboxes;
    private final Containers containers;
    private final Usages usages;
    private final CpuRates rates = new CpuRates();

    public PodUsages(Sandboxes sandboxes, Containers containers, Usages usages) {
        this.sandboxes = sandboxes;
        this.containers = containers;
        this.usages = usages;
    }

    /** What one pod uses; a pod that is not ready uses nothing. */
    public PodUsage of(String idOrPrefix) throws EngineException, InterruptedException {
        var sandbox = sandboxes.index().require(idOrPrefix);
        return usage(sandbox, usages.running(each -> each.record().sandboxId().equals(sandbox.id())));
    }

    /** What the ready pods of a choice use. */
    public List<PodUsage> ready(Predicate<Sandbox> choice) throws EngineException, InterruptedException {
        var all = sandboxes.index().all();
        rates.retain(all.stream().map(Sandbox::id).collect(Collectors.toSet()));
        Map<String, Sandbox> chosen = all.stream()
                .filter(each -> each.ready() && choice.test(each))
                .collect(Collectors.toMap(Sandbox::id, each -> each));
        var parts = usages.running(each -> chosen.containsKey(each.record().sandboxId())).stream()
                .collect(Collectors.groupingBy(each -> each.container().record().sandboxId()));
        return SideBySide.each(
                List.copyOf(chosen.values()), each -> usage(each, parts.getOrDefault(each.id(), List.of())));
    }

    private PodUsage usage(Sandbox sandbox, List<ContainerUsage> parts) throws EngineException {
        if (!(sandbox.state() instanceof SandboxState.Ready(var holder)) || !sandbox.ready()) {
            return new PodUsage(
                    sandbox, Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), List.of(), List.of());
        }
        var stats = stats(sandbox, parts);
        var rate = stats.map(each -> rates.rate(sandbox.id(), each.timestampNanos(), each.cpuNanos()))
                .orElse(OptionalLong.empty());
        var network = sandbox.config().namespaces().hostNetwork()
                ? List.<InterfaceCounters>of()
                : interfaces(sandbox, holder.init().pid());
        return new PodUsage(sandbox, stats, rate, tasks(sandbox, parts), network, parts);
    }

    private Optional<Stats> stats(Sandbox sandbox, List<ContainerUsage> parts) throws EngineException {
        var own = sandbox.config().cgroupParent();
        return own.isEmpty()
                ? parts.stream().flatMap(each -> each.stats().stream()).reduce(Stats::plus)
                : Reading.of("pod " + sandbox.id(), containers.cgroup(own)::stats);
    }

    private OptionalLong tasks(Sandbox sandbox, List<ContainerUsage> parts) throws EngineException {
        var own = sandbox.config().cgroupParent();
        var cgroups = own.isEmpty()
                ? parts.stream().map(each -> each.container().record().cgroup()).toList()
                : List.of(own);
        long sum = 0;
        boolean any = false;
        for (String path : cgroups) {
            var tasks = Reading.of("pod " + sandbox.id(), containers.cgroup(path)::tasks);
            sum += tasks.orElse(0L);
            any |= tasks.isPresent();
        }
        return any ? OptionalLong.of(sum) : OptionalLong.empty();
    }

    private static List<InterfaceCounters> interfaces(Sandbox sandbox, int holder) throws EngineException {
        return Reading.of("pod " + sandbox.id(), () -> InterfaceCounters.of(holder)).orElse(List.of()).stream()
                .filter(each -> !each.name().equals(LOOPBACK))
                .sorted(Comparator.comparing(each -> !each.name().equals(DEFAULT_INTERFACE)))
                .toList();
    }
}
