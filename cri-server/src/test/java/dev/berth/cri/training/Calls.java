package dev.berth.cri.training;

import dev.berth.cri.api.ContainerConfig;
import dev.berth.cri.api.ContainerMetadata;
import dev.berth.cri.api.ContainerStatsRequest;
import dev.berth.cri.api.ContainerStatusRequest;
import dev.berth.cri.api.CreateContainerRequest;
import dev.berth.cri.api.ExecSyncRequest;
import dev.berth.cri.api.ImageFsInfoRequest;
import dev.berth.cri.api.ImageServiceGrpc;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.ImageStatusRequest;
import dev.berth.cri.api.LinuxPodSandboxConfig;
import dev.berth.cri.api.ListContainerStatsRequest;
import dev.berth.cri.api.ListContainersRequest;
import dev.berth.cri.api.ListImagesRequest;
import dev.berth.cri.api.ListPodSandboxRequest;
import dev.berth.cri.api.PodSandboxConfig;
import dev.berth.cri.api.PodSandboxMetadata;
import dev.berth.cri.api.PodSandboxStatusRequest;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.cri.api.RemoveContainerRequest;
import dev.berth.cri.api.RemoveImageRequest;
import dev.berth.cri.api.RemovePodSandboxRequest;
import dev.berth.cri.api.RunPodSandboxRequest;
import dev.berth.cri.api.RuntimeConfigRequest;
import dev.berth.cri.api.RuntimeServiceGrpc;
import dev.berth.cri.api.StartContainerRequest;
import dev.berth.cri.api.StatusRequest;
import dev.berth.cri.api.StopContainerRequest;
import dev.berth.cri.api.StopPodSandboxRequest;
import dev.berth.cri.api.VersionRequest;
import io.grpc.Channel;
import java.nio.file.Path;

/** The calls that the training run makes: each that a kubelet makes in the life of a pod. */
final class Calls {
    private final RuntimeServiceGrpc.RuntimeServiceBlockingStub pods;
    private final ImageServiceGrpc.ImageServiceBlockingStub images;
    private final ImageSpec image;

    Calls(Channel channel, String reference) {
        pods = RuntimeServiceGrpc.newBlockingStub(channel);
        images = ImageServiceGrpc.newBlockingStub(channel);
        image = ImageSpec.newBuilder().setImage(reference).build();
    }

    void pullAndLook() {
        pods.version(VersionRequest.getDefaultInstance());
        pods.status(StatusRequest.newBuilder().setVerbose(true).build());
        pods.runtimeConfig(RuntimeConfigRequest.getDefaultInstance());
        images.pullImage(PullImageRequest.newBuilder().setImage(image).build());
        images.imageStatus(ImageStatusRequest.newBuilder().setImage(image).build());
        images.listImages(ListImagesRequest.getDefaultInstance());
        images.imageFsInfo(ImageFsInfoRequest.getDefaultInstance());
    }

    void removeImage() {
        images.removeImage(RemoveImageRequest.newBuilder().setImage(image).build());
    }

    void podLife(Path work, String name, String cgroup) {
        var config = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(name)
                        .setNamespace("training")
                        .setUid(name))
                .setHostname(name)
                .setLogDirectory(work.resolve("logs").resolve(name).toString())
                .setLinux(LinuxPodSandboxConfig.newBuilder().setCgroupParent(cgroup + "/" + name))
                .build();
        var pod = pods.runPodSandbox(
                        RunPodSandboxRequest.newBuilder().setConfig(config).build())
                .getPodSandboxId();
        containerLife(config, pod);
        pods.stopPodSandbox(
                StopPodSandboxRequest.newBuilder().setPodSandboxId(pod).build());
        pods.removePodSandbox(
                RemovePodSandboxRequest.newBuilder().setPodSandboxId(pod).build());
    }

    private void containerLife(PodSandboxConfig config, String pod) {
        var container = ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName("hold"))
                .setImage(image)
                .setLogPath("hold.log")
                .build();
        var id = pods.createContainer(CreateContainerRequest.newBuilder()
                        .setPodSandboxId(pod)
                        .setConfig(container)
                        .setSandboxConfig(config)
                        .build())
                .getContainerId();
        pods.startContainer(
                StartContainerRequest.newBuilder().setContainerId(id).build());
        look(pod, id);
        pods.execSync(ExecSyncRequest.newBuilder()
                .setContainerId(id)
                .addCmd("/hold")
                .addCmd("briefly")
                .setTimeout(10)
                .build());
        pods.stopContainer(StopContainerRequest.newBuilder().setContainerId(id).build());
        pods.removeContainer(
                RemoveContainerRequest.newBuilder().setContainerId(id).build());
    }

    private void look(String pod, String container) {
        pods.podSandboxStatus(
                PodSandboxStatusRequest.newBuilder().setPodSandboxId(pod).build());
        pods.listPodSandbox(ListPodSandboxRequest.getDefaultInstance());
        pods.containerStatus(
                ContainerStatusRequest.newBuilder().setContainerId(container).build());
        pods.listContainers(ListContainersRequest.getDefaultInstance());
        pods.containerStats(
                ContainerStatsRequest.newBuilder().setContainerId(container).build());
        pods.listContainerStats(ListContainerStatsRequest.getDefaultInstance());
    }
}
