package dev.berth.cri.metrics;

import dev.berth.engine.Engine;
import dev.berth.engine.container.Container;
import dev.berth.engine.container.ContainerState;
import dev.berth.engine.sandbox.Sandbox;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;

/** How many objects there are in which state, and the age of the oldest running operation. */
public final class NodeMetrics extends Collector {
    private static final double MILLIS_PER_SECOND = 1000;

    private final Engine engine;

    public NodeMetrics(Engine engine) {
        this.engine = engine;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        var pods = new GaugeMetricFamily("berth_sandboxes", "Sandboxes by state.", List.of("state"));
        var all = engine.sandboxes().index().all();
        int ready = (int) all.stream().filter(Sandbox::ready).count();
        pods.addMetric(List.of("ready"), ready);
        pods.addMetric(List.of("notready"), all.size() - ready);
        var inState = new GaugeMetricFamily("berth_containers", "Containers by state.", List.of("state"));
        inState.addMetric(List.of("created"), count(ContainerState.Created.class));
        inState.addMetric(List.of("running"), count(ContainerState.Running.class));
        inState.addMetric(List.of("exited"), count(ContainerState.Exited.class));
        var running = engine.operations().snapshots();
        double oldest = running.isEmpty() ? 0 : running.getFirst().total().toMillis() / MILLIS_PER_SECOND;
        return List.of(
                pods,
                inState,
                leftNetworks(),
                new GaugeMetricFamily(
                        "berth_event_subscribers",
                        "Clients of GetContainerEvents.",
                        engine.events().subscribers()),
                new CounterMetricFamily(
                        "berth_events_dropped",
                        "Events that slow clients have lost.",
                        engine.events().dropped()),
                new GaugeMetricFamily("berth_operations_running", "Operations under way.", running.size()),
                new GaugeMetricFamily("berth_operation_oldest_seconds", "Age of the oldest one.", oldest));
    }

    /** Attachments whose DEL is still to succeed though the sandbox is gone; NaN where that cannot be read. */
    private GaugeMetricFamily leftNetworks() {
        double left;
        try {
            var remembered = new HashSet<>(engine.networks().remembered());
            remembered.removeAll(engine.sandboxes().onDisk());
            left = remembered.size();
        } catch (IOException e) {
            left = Double.NaN;
        }
        return new GaugeMetricFamily(
                "berth_network_leftovers", "Networks of pods that are gone, not yet released.", left);
    }

    private int count(Class<? extends ContainerState> state) {
        return (int) engine.containers().index().all().stream()
                .map(Container::state)
                .filter(state::isInstance)
                .count();
    }
}
