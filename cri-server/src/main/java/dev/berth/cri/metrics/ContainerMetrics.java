package dev.berth.cri.metrics;

import dev.berth.cri.metrics.container.Family;
import dev.berth.cri.metrics.container.PodMetrics;
import dev.berth.cri.metrics.container.Reading;
import dev.berth.engine.Engine;
import dev.berth.engine.failure.EngineException;
import io.prometheus.client.Collector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The metrics of pods and containers: those of the CRI, with fractions of seconds. */
public final class ContainerMetrics extends Collector {
    private static final String COUNTER = "_total";

    private final PodMetrics pods;

    public ContainerMetrics(Engine engine) {
        pods = new PodMetrics(engine);
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Map<Family<?>, List<MetricFamilySamples.Sample>> samples = new LinkedHashMap<>();
        pods.families().forEach(family -> samples.put(family, new ArrayList<>()));
        try {
            for (var pod : pods.read()) {
                add(pod.own(), samples);
                pod.containers().values().forEach(readings -> add(readings, samples));
            }
        } catch (EngineException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return samples.entrySet().stream()
                .filter(each -> !each.getValue().isEmpty())
                .map(each -> family(each.getKey(), each.getValue()))
                .toList();
    }

    private static void add(List<Reading> readings, Map<Family<?>, List<MetricFamilySamples.Sample>> samples) {
        for (var reading : readings) {
            var family = reading.family();
            samples.computeIfAbsent(family, _ -> new ArrayList<>())
                    .add(new MetricFamilySamples.Sample(
                            family.name(), PodMetrics.labels(family), reading.labels(), reading.value()));
        }
    }

    /** A counter whose name does not say so, as cAdvisor has one, would get another name as such. */
    private static MetricFamilySamples family(Family<?> family, List<MetricFamilySamples.Sample> samples) {
        var name = family.name();
        var type = switch (family.kind()) {
            case GAUGE -> Type.GAUGE;
            case COUNTER -> name.endsWith(COUNTER) ? Type.COUNTER : Type.UNKNOWN;
        };
        var stem = type == Type.COUNTER ? name.substring(0, name.length() - COUNTER.length()) : name;
        return new MetricFamilySamples(stem, type, family.help(), samples);
    }
}
