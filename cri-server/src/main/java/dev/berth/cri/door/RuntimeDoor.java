package dev.berth.cri.door;

import static dev.berth.cri.door.call.Answers.answer;
import static dev.berth.cri.door.call.Answers.answerInParts;

import com.google.protobuf.UnsafeByteOperations;
import dev.berth.cri.api.AttachRequest;
import dev.berth.cri.api.AttachResponse;
import dev.berth.cri.api.CheckpointContainerRequest;
import dev.berth.cri.api.CheckpointContainerResponse;
import dev.berth.cri.api.CheckpointPodRequest;
import dev.berth.cri.api.CheckpointPodResponse;
import dev.berth.cri.api.ContainerEventResponse;
import dev.berth.cri.api.ContainerFilter;
import dev.berth.cri.api.ContainerStatsRequest;
import dev.berth.cri.api.ContainerStatsResponse;
import dev.berth.cri.api.ContainerStatusRequest;
import dev.berth.cri.api.ContainerStatusResponse;
import dev.berth.cri.api.CreateContainerRequest;
import dev.berth.cri.api.CreateContainerResponse;
import dev.berth.cri.api.ExecRequest;
import dev.berth.cri.api.ExecResponse;
import dev.berth.cri.api.ExecSyncRequest;
import dev.berth.cri.api.ExecSyncResponse;
import dev.berth.cri.api.GetEventsRequest;
import dev.berth.cri.api.ListContainerStatsRequest;
import dev.berth.cri.api.ListContainerStatsResponse;
import dev.berth.cri.api.ListContainersRequest;
import dev.berth.cri.api.ListContainersResponse;
import dev.berth.cri.api.ListMetricDescriptorsRequest;
import dev.berth.cri.api.ListMetricDescriptorsResponse;
import dev.berth.cri.api.ListPodSandboxMetricsRequest;
import dev.berth.cri.api.ListPodSandboxMetricsResponse;
import dev.berth.cri.api.ListPodSandboxRequest;
import dev.berth.cri.api.ListPodSandboxResponse;
import dev.berth.cri.api.ListPodSandboxStatsRequest;
import dev.berth.cri.api.ListPodSandboxStatsResponse;
import dev.berth.cri.api.PodSandbox;
import dev.berth.cri.api.PodSandboxFilter;
import dev.berth.cri.api.PodSandboxStatsRequest;
import dev.berth.cri.api.PodSandboxStatsResponse;
import dev.berth.cri.api.PodSandboxStatusRequest;
import dev.berth.cri.api.PodSandboxStatusResponse;
import dev.berth.cri.api.PortForwardRequest;
import dev.berth.cri.api.PortForwardResponse;
import dev.berth.cri.api.RemoveContainerRequest;
import dev.berth.cri.api.RemoveContainerResponse;
import dev.berth.cri.api.RemovePodSandboxRequest;
import dev.berth.cri.api.RemovePodSandboxResponse;
import dev.berth.cri.api.ReopenContainerLogRequest;
import dev.berth.cri.api.ReopenContainerLogResponse;
import dev.berth.cri.api.RestorePodRequest;
import dev.berth.cri.api.RestorePodResponse;
import dev.berth.cri.api.RunPodSandboxRequest;
import dev.berth.cri.api.RunPodSandboxResponse;
import dev.berth.cri.api.RuntimeConfigRequest;
import dev.berth.cri.api.RuntimeConfigResponse;
import dev.berth.cri.api.RuntimeServiceGrpc;
import dev.berth.cri.api.StartContainerRequest;
import dev.berth.cri.api.StartContainerResponse;
import dev.berth.cri.api.StatusRequest;
import dev.berth.cri.api.StatusResponse;
import dev.berth.cri.api.StopContainerRequest;
import dev.berth.cri.api.StopContainerResponse;
import dev.berth.cri.api.StopPodSandboxRequest;
import dev.berth.cri.api.StopPodSandboxResponse;
import dev.berth.cri.api.StreamContainerStatsRequest;
import dev.berth.cri.api.StreamContainerStatsResponse;
import dev.berth.cri.api.StreamContainersRequest;
import dev.berth.cri.api.StreamContainersResponse;
import dev.berth.cri.api.StreamPodSandboxMetricsRequest;
import dev.berth.cri.api.StreamPodSandboxMetricsResponse;
import dev.berth.cri.api.StreamPodSandboxStatsRequest;
import dev.berth.cri.api.StreamPodSandboxStatsResponse;
import dev.berth.cri.api.StreamPodSandboxesRequest;
import dev.berth.cri.api.StreamPodSandboxesResponse;
import dev.berth.cri.api.UpdateContainerResourcesRequest;
import dev.berth.cri.api.UpdateContainerResourcesResponse;
import dev.berth.cri.api.UpdatePodSandboxResourcesRequest;
import dev.berth.cri.api.UpdatePodSandboxResourcesResponse;
import dev.berth.cri.api.UpdateRuntimeConfigRequest;
import dev.berth.cri.api.UpdateRuntimeConfigResponse;
import dev.berth.cri.api.VersionRequest;
import dev.berth.cri.api.VersionResponse;
import dev.berth.cri.door.answer.ContainerAnswers;
import dev.berth.cri.door.answer.Items;
import dev.berth.cri.door.answer.SandboxAnswers;
import dev.berth.cri.door.call.Callers;
import dev.berth.cri.door.inspect.VerboseAnswers;
import dev.berth.cri.streaming.Invitation;
import dev.berth.cri.streaming.StreamingServer;
import dev.berth.engine.Engine;
import dev.berth.engine.container.Container;
import dev.berth.engine.sandbox.Sandbox;
import dev.berth.engine.session.StreamChoice;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;

/** CRI's RuntimeService: every method, each answered by one verb of the engine. */
public final class RuntimeDoor extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    private final Engine engine;
    private final NodeAnswers node;
    private final VerboseAnswers verbose;
    private final StreamingServer streams;
    private final StatsCalls stats;
    private final EventCalls events;
    private final Items<Sandbox, PodSandbox> sandboxItems = new Items<>(Sandbox::id, SandboxAnswers::item);
    private final Items<Container, dev.berth.cri.api.Container> containerItems =
            new Items<>(Container::id, ContainerAnswers::item);

    public RuntimeDoor(Engine engine, NodeAnswers node, VerboseAnswers verbose, StreamingServer streams) {
        this.engine = engine;
        this.node = node;
        this.verbose = verbose;
        this.streams = streams;
        this.stats = new StatsCalls(engine);
        this.events = new EventCalls(engine);
    }

    @Override
    public void version(VersionRequest request, StreamObserver<VersionResponse> observer) {
        answer("Version", observer, () -> node.version());
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
        answer("Status", observer, () -> node.status(request.getVerbose()));
    }

    @Override
    public void runtimeConfig(RuntimeConfigRequest request, StreamObserver<RuntimeConfigResponse> observer) {
        answer("RuntimeConfig", observer, () -> node.runtimeConfig());
    }

    @Override
    public void updateRuntimeConfig(
            UpdateRuntimeConfigRequest request, StreamObserver<UpdateRuntimeConfigResponse> observer) {
        answer("UpdateRuntimeConfig", observer, () -> {
            node.update(request.getRuntimeConfig());
            return UpdateRuntimeConfigResponse.getDefaultInstance();
        });
    }

    @Override
    public void runPodSandbox(RunPodSandboxRequest request, StreamObserver<RunPodSandboxResponse> observer) {
        answer(
                "RunPodSandbox",
                observer,
                () -> RunPodSandboxResponse.newBuilder()
                        .setPodSandboxId(engine.sandboxVerbs().run().run(SandboxRequests.config(request)))
                        .build());
    }

    @Override
    public void stopPodSandbox(StopPodSandboxRequest request, StreamObserver<StopPodSandboxResponse> observer) {
        answer("StopPodSandbox", observer, () -> {
            engine.sandboxVerbs().stop().stop(request.getPodSandboxId());
            return StopPodSandboxResponse.getDefaultInstance();
        });
    }

    @Override
    public void removePodSandbox(RemovePodSandboxRequest request, StreamObserver<RemovePodSandboxResponse> observer) {
        answer("RemovePodSandbox", observer, () -> {
            engine.sandboxVerbs().remove().remove(request.getPodSandboxId());
            return RemovePodSandboxResponse.getDefaultInstance();
        });
    }

    @Override
    public void updatePodSandboxResources(
            UpdatePodSandboxResourcesRequest request, StreamObserver<UpdatePodSandboxResourcesResponse> observer) {
        answer("UpdatePodSandboxResources", observer, () -> {
            engine.sandboxVerbs()
                    .update()
                    .update(
                            request.getPodSandboxId(),
                            ContainerRequests.resources(request.getOverhead()),
                            ContainerRequests.resources(request.getResources()));
            return UpdatePodSandboxResourcesResponse.getDefaultInstance();
        });
    }

    /** Without a timestamp: a kubelet that gets one takes the containers to be all gone (decision 0111). */
    @Override
    public void podSandboxStatus(PodSandboxStatusRequest request, StreamObserver<PodSandboxStatusResponse> observer) {
        answer("PodSandboxStatus", observer, () -> {
            var sandbox = engine.sandboxes().index().require(request.getPodSandboxId());
            var answer = PodSandboxStatusResponse.newBuilder().setStatus(SandboxAnswers.status(sandbox));
            engine.containers()
                    .of(sandbox.id())
                    .forEach(each -> answer.addContainersStatuses(
                            ContainerAnswers.status(each, engine.containers().limits(each))));
            if (request.getVerbose()) {
                answer.putInfo("info", verbose.sandbox(sandbox, SandboxAnswers.config(sandbox.config())));
            }
            return answer.build();
        });
    }

    @Override
    public void listPodSandbox(ListPodSandboxRequest request, StreamObserver<ListPodSandboxResponse> observer) {
        answer("ListPodSandbox", observer, () -> {
            var answer = ListPodSandboxResponse.newBuilder();
            sandboxes(request.getFilter()).forEach(each -> answer.addItems(sandboxItems.of(each)));
            return answer.build();
        });
    }

    @Override
    public void streamPodSandboxes(
            StreamPodSandboxesRequest request, StreamObserver<StreamPodSandboxesResponse> observer) {
        answerInParts(
                "StreamPodSandboxes",
                observer,
                () -> sandboxes(request.getFilter()),
                part -> StreamPodSandboxesResponse.newBuilder()
                        .addAllPodSandboxes(part.stream().map(sandboxItems::of).toList())
                        .build());
    }

    private List<Sandbox> sandboxes(PodSandboxFilter filter) {
        var all = engine.sandboxes().index().all();
        sandboxItems.retain(all);
        return all.stream().filter(each -> SandboxAnswers.matches(each, filter)).toList();
    }

    @Override
    public void createContainer(CreateContainerRequest request, StreamObserver<CreateContainerResponse> observer) {
        answer(
                "CreateContainer",
                observer,
                () -> CreateContainerResponse.newBuilder()
                        .setContainerId(engine.containerVerbs().create().create(ContainerRequests.request(request)))
                        .build());
    }

    @Override
    public void startContainer(StartContainerRequest request, StreamObserver<StartContainerResponse> observer) {
        answer("StartContainer", observer, () -> {
            engine.containerVerbs().start().start(request.getContainerId());
            return StartContainerResponse.getDefaultInstance();
        });
    }

    @Override
    public void stopContainer(StopContainerRequest request, StreamObserver<StopContainerResponse> observer) {
        answer("StopContainer", observer, () -> {
            engine.containerVerbs().stop().stop(request.getContainerId(), seconds(request.getTimeout()));
            return StopContainerResponse.getDefaultInstance();
        });
    }

    @Override
    public void removeContainer(RemoveContainerRequest request, StreamObserver<RemoveContainerResponse> observer) {
        answer("RemoveContainer", observer, () -> {
            engine.containerVerbs().remove().removeContainer(request.getContainerId());
            return RemoveContainerResponse.getDefaultInstance();
        });
    }

    @Override
    public void listContainers(ListContainersRequest request, StreamObserver<ListContainersResponse> observer) {
        answer("ListContainers", observer, () -> {
            var answer = ListContainersResponse.newBuilder();
            containers(request.getFilter()).forEach(each -> answer.addContainers(containerItems.of(each)));
            return answer.build();
        });
    }

    @Override
    public void streamContainers(StreamContainersRequest request, StreamObserver<StreamContainersResponse> observer) {
        answerInParts(
                "StreamContainers",
                observer,
                () -> containers(request.getFilter()),
                part -> StreamContainersResponse.newBuilder()
                        .addAllContainers(part.stream().map(containerItems::of).toList())
                        .build());
    }

    private List<Container> containers(ContainerFilter filter) {
        var all = engine.containers().index().all();
        containerItems.retain(all);
        return all.stream()
                .filter(each -> ContainerAnswers.matches(each, filter))
                .toList();
    }

    @Override
    public void containerStatus(ContainerStatusRequest request, StreamObserver<ContainerStatusResponse> observer) {
        answer("ContainerStatus", observer, () -> {
            var container = engine.containers().index().require(request.getContainerId());
            var limits = engine.containers().limits(container);
            var answer = ContainerStatusResponse.newBuilder().setStatus(ContainerAnswers.status(container, limits));
            if (request.getVerbose()) {
                answer.putInfo("info", verbose.container(container, ContainerAnswers.config(container, limits)));
            }
            return answer.build();
        });
    }

    @Override
    public void updateContainerResources(
            UpdateContainerResourcesRequest request, StreamObserver<UpdateContainerResourcesResponse> observer) {
        answer("UpdateContainerResources", observer, () -> {
            engine.containerVerbs()
                    .updateResources()
                    .update(request.getContainerId(), ContainerRequests.update(request));
            return UpdateContainerResourcesResponse.getDefaultInstance();
        });
    }

    @Override
    public void execSync(ExecSyncRequest request, StreamObserver<ExecSyncResponse> observer) {
        answer("ExecSync", observer, () -> {
            var result = engine.containerVerbs()
                    .execSync()
                    .run(
                            request.getContainerId(),
                            request.getCmdList(),
                            seconds(request.getTimeout()),
                            Callers::whenGone);
            return ExecSyncResponse.newBuilder()
                    .setStdout(UnsafeByteOperations.unsafeWrap(result.stdout()))
                    .setStderr(UnsafeByteOperations.unsafeWrap(result.stderr()))
                    .setExitCode(result.exitCode())
                    .build();
        });
    }

    @Override
    public void exec(ExecRequest request, StreamObserver<ExecResponse> observer) {
        answer("Exec", observer, () -> {
            var choice =
                    new StreamChoice(request.getStdin(), request.getStdout(), request.getStderr(), request.getTty());
            var id = engine.containerVerbs().exec().check(request.getContainerId(), request.getCmdList(), choice);
            return ExecResponse.newBuilder()
                    .setUrl(streams.invite(new Invitation.Exec(id, request.getCmdList(), choice)))
                    .build();
        });
    }

    @Override
    public void attach(AttachRequest request, StreamObserver<AttachResponse> observer) {
        answer("Attach", observer, () -> {
            var choice =
                    new StreamChoice(request.getStdin(), request.getStdout(), request.getStderr(), request.getTty());
            var id = engine.containerVerbs().attach().check(request.getContainerId(), choice);
            return AttachResponse.newBuilder()
                    .setUrl(streams.invite(new Invitation.Attach(id, choice)))
                    .build();
        });
    }

    /** The ports of the request mean nothing here: the client names one with each connection. */
    @Override
    public void portForward(PortForwardRequest request, StreamObserver<PortForwardResponse> observer) {
        answer("PortForward", observer, () -> {
            var id = engine.sandboxVerbs().portForward().check(request.getPodSandboxId());
            return PortForwardResponse.newBuilder()
                    .setUrl(streams.invite(new Invitation.PortForward(id)))
                    .build();
        });
    }

    @Override
    public void reopenContainerLog(
            ReopenContainerLogRequest request, StreamObserver<ReopenContainerLogResponse> observer) {
        answer("ReopenContainerLog", observer, () -> {
            engine.containerVerbs().reopenLog().reopen(request.getContainerId());
            return ReopenContainerLogResponse.getDefaultInstance();
        });
    }

    @Override
    public void containerStats(ContainerStatsRequest request, StreamObserver<ContainerStatsResponse> observer) {
        stats.container(request, observer);
    }

    @Override
    public void listContainerStats(
            ListContainerStatsRequest request, StreamObserver<ListContainerStatsResponse> observer) {
        stats.containers(request, observer);
    }

    @Override
    public void streamContainerStats(
            StreamContainerStatsRequest request, StreamObserver<StreamContainerStatsResponse> observer) {
        stats.containersInParts(request, observer);
    }

    @Override
    public void podSandboxStats(PodSandboxStatsRequest request, StreamObserver<PodSandboxStatsResponse> observer) {
        stats.pod(request, observer);
    }

    @Override
    public void listPodSandboxStats(
            ListPodSandboxStatsRequest request, StreamObserver<ListPodSandboxStatsResponse> observer) {
        stats.pods(request, observer);
    }

    @Override
    public void streamPodSandboxStats(
            StreamPodSandboxStatsRequest request, StreamObserver<StreamPodSandboxStatsResponse> observer) {
        stats.podsInParts(request, observer);
    }

    @Override
    public void listMetricDescriptors(
            ListMetricDescriptorsRequest request, StreamObserver<ListMetricDescriptorsResponse> observer) {
        stats.metricDescriptors(observer);
    }

    @Override
    public void listPodSandboxMetrics(
            ListPodSandboxMetricsRequest request, StreamObserver<ListPodSandboxMetricsResponse> observer) {
        stats.metrics(observer);
    }

    @Override
    public void streamPodSandboxMetrics(
            StreamPodSandboxMetricsRequest request, StreamObserver<StreamPodSandboxMetricsResponse> observer) {
        stats.metricsInParts(observer);
    }

    @Override
    public void checkpointContainer(
            CheckpointContainerRequest request, StreamObserver<CheckpointContainerResponse> observer) {
        answer("CheckpointContainer", observer, () -> {
            throw Checkpoints.refused("checkpoint container " + request.getContainerId());
        });
    }

    @Override
    public void checkpointPod(CheckpointPodRequest request, StreamObserver<CheckpointPodResponse> observer) {
        answer("CheckpointPod", observer, () -> {
            throw Checkpoints.refused("checkpoint pod " + request.getPodSandboxId());
        });
    }

    @Override
    public void restorePod(RestorePodRequest request, StreamObserver<RestorePodResponse> observer) {
        answer("RestorePod", observer, () -> {
            throw Checkpoints.refused("restore pod from " + request.getCheckpointPath());
        });
    }

    @Override
    public void getContainerEvents(GetEventsRequest request, StreamObserver<ContainerEventResponse> observer) {
        events.tell(observer);
    }

    /** CRI gives seconds; what does not fit a duration is as good as forever. */
    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(Math.clamp(seconds, 0, Integer.MAX_VALUE));
    }
}
