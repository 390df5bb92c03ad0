package dev.berth.cri.door.answer;

import dev.berth.cri.api.ContainerMetrics;
import dev.berth.cri.api.Metric;
import dev.berth.cri.api.MetricDescriptor;
import dev.berth.cri.api.MetricType;
import dev.berth.cri.api.PodSandboxMetrics;
import dev.berth.cri.api.UInt64Value;
import dev.berth.cri.metrics.container.Family;
import dev.berth.cri.metrics.container.PodMetrics;
import dev.berth.cri.metrics.container.Reading;

/** Metrics as CRI shows them: whole numbers, so that times are in full seconds. */
public final class MetricAnswers {
    private MetricAnswers() {}

    public static MetricDescriptor descriptor(Family<?> family) {
        return MetricDescriptor.newBuilder()
                .setName(family.name())
                .setHelp(family.help())
                .addAllLabelKeys(PodMetrics.labels(family))
                .build();
    }

    public static PodSandboxMetrics metrics(PodMetrics.OfPod pod) {
        var answer = PodSandboxMetrics.newBuilder()
                .setPodSandboxId(pod.sandbox().id())
                .addAllMetrics(pod.own().stream().map(MetricAnswers::metric).toList());
        pod.containers()
                .forEach((id, readings) -> answer.addContainerMetrics(ContainerMetrics.newBuilder()
                        .setContainerId(id)
                        .addAllMetrics(
                                readings.stream().map(MetricAnswers::metric).toList())));
        return answer.build();
    }

    /** Without a time: it is read as the call is answered. */
    private static Metric metric(Reading reading) {
        return Metric.newBuilder()
                .setName(reading.family().name())
                .setMetricType(
                        switch (reading.family().kind()) {
                            case COUNTER -> MetricType.COUNTER;
                            case GAUGE -> MetricType.GAUGE;
                        })
                .addAllLabelValues(reading.labels())
                .setValue(UInt64Value.newBuilder().setValue((long) reading.value()))
                .build();
    }
}
