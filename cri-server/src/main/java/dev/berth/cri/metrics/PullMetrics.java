package dev.berth.cri.metrics;

import dev.berth.image.ImageStore;
import dev.berth.image.pull.PullReport.Outcome;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.Locale;

/** What pulls brought and how they ended. */
public final class PullMetrics extends Collector {
    private final ImageStore images;

    public PullMetrics(ImageStore images) {
        this.images = images;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        var totals = images.pullTotals();
        var ended = new CounterMetricFamily("berth_image_pulls", "Pulls that ended, by outcome.", List.of("outcome"));
        for (Outcome outcome : Outcome.values()) {
            ended.addMetric(
                    List.of(outcome.name().toLowerCase(Locale.ROOT)),
                    totals.ended().getOrDefault(outcome, 0L));
        }
        return List.of(
                ended,
                new CounterMetricFamily(
                        "berth_image_pull_bytes", "Bytes of layers that came from registries.", totals.bytes()),
                new GaugeMetricFamily("berth_image_pulls_running", "Pulls under way.", totals.running()));
    }
}
