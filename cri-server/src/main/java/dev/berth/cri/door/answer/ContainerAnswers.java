package dev.berth.cri.door.answer;

import dev.berth.cri.api.Container;
import dev.berth.cri.api.ContainerFilter;
import dev.berth.cri.api.ContainerMetadata;
import dev.berth.cri.api.ContainerResources;
import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.ContainerStatus;
import dev.berth.cri.api.ContainerUser;
import dev.berth.cri.api.HugepageLimit;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.LinuxContainerResources;
import dev.berth.cri.api.LinuxContainerUser;
import dev.berth.cri.api.Mount;
import dev.berth.cri.api.MountPropagation;
import dev.berth.cri.api.Signal;
import dev.berth.engine.container.ContainerConfig;
import dev.berth.engine.container.ContainerState.Created;
import dev.berth.engine.container.ContainerState.Exited;
import dev.berth.engine.container.ContainerState.Running;
import dev.berth.engine.request.MountInput;
import dev.berth.engine.request.ResourceInput;
import java.nio.file.Path;
import java.util.Map;

/** Containers as CRI shows them. */
public final class ContainerAnswers {
    private ContainerAnswers() {}

    public static boolean matches(dev.berth.engine.container.Container container, ContainerFilter filter) {
        return container.id().startsWith(filter.getId())
                && container.record().sandboxId().startsWith(filter.getPodSandboxId())
                && (!filter.hasState() || filter.getState().getState() == state(container))
                && container
                        .config()
                        .labels()
                        .entrySet()
                        .containsAll(filter.getLabelSelectorMap().entrySet());
    }

    public static Container item(dev.berth.engine.container.Container container) {
        return Container.newBuilder()
                .setId(container.id())
                .setPodSandboxId(container.record().sandboxId())
                .setMetadata(metadata(container.config()))
                .setImage(image(container.config()))
                .setImageRef(container.record().imageReference())
                .setImageId(container.record().imageId())
                .setState(state(container))
                .setCreatedAt(container.record().createdAt())
                .putAllLabels(container.config().labels())
                .putAllAnnotations(container.config().annotations())
                .build();
    }

    /** With the limits that are in force. */
    public static ContainerStatus status(dev.berth.engine.container.Container container, ResourceInput limits) {
        var record = container.record();
        var config = container.config();
        var status = ContainerStatus.newBuilder()
                .setId(container.id())
                .setMetadata(metadata(config))
                .setState(state(container))
                .setCreatedAt(record.createdAt())
                .setImage(image(config).toBuilder().setImage(record.imageName()))
                .setImageRef(record.imageReference())
                .setImageId(record.imageId())
                .putAllLabels(config.labels())
                .putAllAnnotations(config.annotations())
                .setLogPath(logPath(record.logDirectory(), config.logPath()))
                .setResources(ContainerResources.newBuilder().setLinux(resources(limits)))
                .setUser(ContainerUser.newBuilder()
                        .setLinux(LinuxContainerUser.newBuilder()
                                .setUid(record.user().uid())
                                .setGid(record.user().gid())
                                .addAllSupplementalGroups(record.user().additionalGids().stream()
                                        .map(Integer::longValue)
                                        .toList())))
                .setStopSignal(Signal.valueOf(record.stopSignalName()));
        config.mounts().forEach(mount -> status.addMounts(mount(mount, record.volumeIds())));
        progress(container, status);
        return status.build();
    }

    /** The configuration as far as it is remembered, with the limits that are in force. */
    public static dev.berth.cri.api.ContainerConfig config(
            dev.berth.engine.container.Container container, ResourceInput limits) {
        var config = container.config();
        var answer = dev.berth.cri.api.ContainerConfig.newBuilder()
                .setMetadata(metadata(config))
                .setImage(image(config))
                .putAllLabels(config.labels())
                .putAllAnnotations(config.annotations())
                .setLogPath(config.logPath())
                .setStdin(config.stdin())
                .setStdinOnce(config.stdinOnce())
                .setTty(config.terminal())
                .setStopSignal(Signal.valueOf(container.record().stopSignalName()));
        answer.getLinuxBuilder()
                .setResources(resources(limits))
                .getSecurityContextBuilder()
                .setPrivileged(config.privileged());
        config.mounts().forEach(mount -> answer.addMounts(mount(mount, Map.of())));
        return answer.build();
    }

    private static void progress(dev.berth.engine.container.Container container, ContainerStatus.Builder status) {
        switch (container.state()) {
            case Created _ -> {}
            case Running running -> status.setStartedAt(running.startedAt());
            case Exited exited ->
                status.setStartedAt(exited.startedAt())
                        .setFinishedAt(exited.finishedAt())
                        .setExitCode(exited.exitCode())
                        .setReason(exited.reason())
                        .setMessage(exited.message());
        }
    }

    public static ContainerMetadata metadata(ContainerConfig config) {
        return ContainerMetadata.newBuilder()
                .setName(config.metadata().name())
                .setAttempt(config.metadata().attempt())
                .build();
    }

    private static ContainerState state(dev.berth.engine.container.Container container) {
        return switch (container.state()) {
            case Created _ -> ContainerState.CONTAINER_CREATED;
            case Running _ -> ContainerState.CONTAINER_RUNNING;
            case Exited _ -> ContainerState.CONTAINER_EXITED;
        };
    }

    private static ImageSpec image(ContainerConfig config) {
        return ImageSpec.newBuilder()
                .setImage(config.image())
                .putAllAnnotations(config.imageAnnotations())
                .setUserSpecifiedImage(config.userImage())
                .build();
    }

    private static String logPath(String directory, String relative) {
        return directory.isEmpty() ? "" : Path.of(directory, relative).toString();
    }

    /** With the ids of the images that were found under the names asked for. */
    private static Mount mount(MountInput mount, Map<String, String> imageIds) {
        var answer = Mount.newBuilder()
                .setContainerPath(mount.containerPath())
                .setHostPath(mount.hostPath())
                .setReadonly(mount.readOnly())
                .setRecursiveReadOnly(mount.recursiveReadOnly())
                .addAllMountOptions(mount.options())
                .setPropagation(
                        switch (mount.propagation()) {
                            case PRIVATE -> MountPropagation.PROPAGATION_PRIVATE;
                            case HOST_TO_CONTAINER -> MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
                            case BIDIRECTIONAL -> MountPropagation.PROPAGATION_BIDIRECTIONAL;
                        });
        mount.idMap()
                .ifPresent(users -> answer.addUidMappings(SandboxAnswers.mapping(users.uids()))
                        .addGidMappings(SandboxAnswers.mapping(users.gids())));
        mount.image()
                .ifPresent(image -> answer.setImage(ImageSpec.newBuilder()
                                .setImage(image.name())
                                .putAllAnnotations(image.annotations())
                                .setUserSpecifiedImage(image.userImage())
                                .setImageRef(imageIds.getOrDefault(image.name(), "")))
                        .setImageSubPath(image.subPath()));
        return answer.build();
    }

    static LinuxContainerResources resources(ResourceInput resources) {
        var answer = LinuxContainerResources.newBuilder()
                .setCpuPeriod(resources.cpuPeriod())
                .setCpuQuota(resources.cpuQuota())
                .setCpuShares(resources.cpuShares())
                .setMemoryLimitInBytes(resources.memoryLimit())
                .setMemorySwapLimitInBytes(resources.memorySwapLimit())
                .setOomScoreAdj(resources.oomScoreAdj())
                .setCpusetCpus(resources.cpusetCpus())
                .setCpusetMems(resources.cpusetMems())
                .putAllUnified(resources.unified());
        resources
                .hugepageLimits()
                .forEach((size, limit) -> answer.addHugepageLimits(
                        HugepageLimit.newBuilder().setPageSize(size).setLimit(limit)));
        return answer.build();
    }
}
