package dev.berth.cri.door;

import static dev.berth.cri.door.call.Answers.answer;
import static dev.berth.cri.door.call.Answers.answerInParts;

import dev.berth.cri.api.ContainerStatsFilter;
import dev.berth.cri.api.ContainerStatsRequest;
import dev.berth.cri.api.ContainerStatsResponse;
import dev.berth.cri.api.ListContainerStatsRequest;
import dev.berth.cri.api.ListContainerStatsResponse;
import dev.berth.cri.api.ListMetricDescriptorsResponse;
import dev.berth.cri.api.ListPodSandboxMetricsResponse;
import dev.berth.cri.api.ListPodSandboxStatsRequest;
import dev.berth.cri.api.ListPodSandboxStatsResponse;
import dev.berth.cri.api.PodSandboxStatsFilter;
import dev.berth.cri.api.PodSandboxStatsRequest;
import dev.berth.cri.api.PodSandboxStatsResponse;
import dev.berth.cri.api.StreamContainerStatsRequest;
import dev.berth.cri.api.StreamContainerStatsResponse;
import dev.berth.cri.api.StreamPodSandboxMetricsResponse;
import dev.berth.cri.api.StreamPodSandboxStatsRequest;
import dev.berth.cri.api.StreamPodSandboxStatsResponse;
import dev.berth.cri.door.answer.MetricAnswers;
import dev.berth.cri.door.answer.PodStatsAnswers;
import dev.berth.cri.door.answer.StatsAnswers;
import dev.berth.cri.metrics.container.PodMetrics;
import dev.berth.engine.Engine;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.stats.ContainerUsage;
import dev.berth.engine.stats.PodUsage;
import dev.berth.engine.stats.SideBySide;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;

/** The calls that tell what pods and containers use. */
final class StatsCalls {
    private final Engine engine;
    private final PodMetrics metrics;
    private final Path root;

    StatsCalls(Engine engine) {
        this.engine = engine;
        this.metrics = new PodMetrics(engine);
        this.root = engine.settings().root();
    }

    void container(ContainerStatsRequest request, StreamObserver<ContainerStatsResponse> observer) {
        answer(
                "ContainerStats",
                observer,
                () -> ContainerStatsResponse.newBuilder()
                        .setStats(StatsAnswers.stats(engine.usages().of(request.getContainerId()), root))
                        .build());
    }

    void containers(ListContainerStatsRequest request, StreamObserver<ListContainerStatsResponse> observer) {
        answer("ListContainerStats", observer, () -> {
            var answer = ListContainerStatsResponse.newBuilder();
            return answer.addAllStats(
                            SideBySide.each(usages(request.getFilter()), each -> StatsAnswers.stats(each, root)))
                    .build();
        });
    }

    void containersInParts(StreamContainerStatsRequest request, StreamObserver<StreamContainerStatsResponse> observer) {
        answerInParts(
                "StreamContainerStats",
                observer,
                () -> usages(request.getFilter()),
                part -> StreamContainerStatsResponse.newBuilder()
                        .addAllContainerStats(part.stream()
                                .map(each -> StatsAnswers.stats(each, root))
                                .toList())
                        .build());
    }

    private List<ContainerUsage> usages(ContainerStatsFilter filter) throws EngineException, InterruptedException {
        return engine.usages().running(each -> StatsAnswers.matches(each, filter));
    }

    void pod(PodSandboxStatsRequest request, StreamObserver<PodSandboxStatsResponse> observer) {
        answer(
                "PodSandboxStats",
                observer,
                () -> PodSandboxStatsResponse.newBuilder()
                        .setStats(PodStatsAnswers.stats(engine.podUsages().of(request.getPodSandboxId()), root))
                        .build());
    }

    void pods(ListPodSandboxStatsRequest request, StreamObserver<ListPodSandboxStatsResponse> observer) {
        answer("ListPodSandboxStats", observer, () -> {
            var answer = ListPodSandboxStatsResponse.newBuilder();
            return answer.addAllStats(
                            SideBySide.each(podUsages(request.getFilter()), each -> PodStatsAnswers.stats(each, root)))
                    .build();
        });
    }

    void podsInParts(StreamPodSandboxStatsRequest request, StreamObserver<StreamPodSandboxStatsResponse> observer) {
        answerInParts(
                "StreamPodSandboxStats",
                observer,
                () -> podUsages(request.getFilter()),
                part -> StreamPodSandboxStatsResponse.newBuilder()
                        .addAllPodSandboxStats(part.stream()
                                .map(each -> PodStatsAnswers.stats(each, root))
                                .toList())
                        .build());
    }

    private List<PodUsage> podUsages(PodSandboxStatsFilter filter) throws EngineException, InterruptedException {
        return engine.podUsages().ready(each -> PodStatsAnswers.matches(each, filter));
    }

    void metricDescriptors(StreamObserver<ListMetricDescriptorsResponse> observer) {
        answer(
                "ListMetricDescriptors",
                observer,
                () -> ListMetricDescriptorsResponse.newBuilder()
                        .addAllDescriptors(metrics.families().stream()
                                .map(MetricAnswers::descriptor)
                                .toList())
                        .build());
    }

    void metrics(StreamObserver<ListPodSandboxMetricsResponse> observer) {
        answer("ListPodSandboxMetrics", observer, () -> {
            var answer = ListPodSandboxMetricsResponse.newBuilder();
            return answer.addAllPodMetrics(SideBySide.each(metrics.read(), MetricAnswers::metrics))
                    .build();
        });
    }

    void metricsInParts(StreamObserver<StreamPodSandboxMetricsResponse> observer) {
        answerInParts(
                "StreamPodSandboxMetrics",
                observer,
                metrics::read,
                part -> StreamPodSandboxMetricsResponse.newBuilder()
                        .addAllPodSandboxMetrics(
                                part.stream().map(MetricAnswers::metrics).toList())
                        .build());
    }
}
