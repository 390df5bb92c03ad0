package dev.berth.e2e;

import dev.berth.cri.api.ContainerConfig;
import dev.berth.cri.api.ContainerMetadata;
import dev.berth.cri.api.ContainerStatus;
import dev.berth.cri.api.ContainerStatusRequest;
import dev.berth.cri.api.CreateContainerRequest;
import dev.berth.cri.api.ExecSyncRequest;
import dev.berth.cri.api.ExecSyncResponse;
import dev.berth.cri.api.IDMapping;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.LinuxContainerConfig;
import dev.berth.cri.api.LinuxContainerResources;
import dev.berth.cri.api.LinuxContainerSecurityContext;
import dev.berth.cri.api.LinuxPodSandboxConfig;
import dev.berth.cri.api.LinuxSandboxSecurityContext;
import dev.berth.cri.api.NamespaceMode;
import dev.berth.cri.api.NamespaceOption;
import dev.berth.cri.api.PodSandboxConfig;
import dev.berth.cri.api.PodSandboxMetadata;
import dev.berth.cri.api.PodSandboxStatus;
import dev.berth.cri.api.PodSandboxStatusRequest;
import dev.berth.cri.api.RemoveContainerRequest;
import dev.berth.cri.api.RemovePodSandboxRequest;
import dev.berth.cri.api.RunPodSandboxRequest;
import dev.berth.cri.api.StartContainerRequest;
import dev.berth.cri.api.StopContainerRequest;
import dev.berth.cri.api.StopPodSandboxRequest;
import dev.berth.cri.api.UpdateContainerResourcesRequest;
import dev.berth.cri.api.UserNamespace;
import java.util.List;

/** A pod sandbox that runs, and the calls about it and its containers. */
public record Pod(CriClient client, PodSandboxConfig config, String id) {
    /** As the kubelet asks by default: all of the pod's, but processes of the container's own. */
    private static final NamespaceOption NAMESPACES =
            NamespaceOption.newBuilder().setPid(NamespaceMode.CONTAINER).build();

    private static final int IDS = 65536;

    private static final NamespaceOption ON_HOST =
            NAMESPACES.toBuilder().setNetwork(NamespaceMode.NODE).build();

    /** What a pod of this name asks for: a network of its own, its logs below the runtime's folder. */
    public static PodSandboxConfig config(Marks marks, String name) {
        return PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(name)
                        .setNamespace("e2e")
                        .setUid(name + "-uid"))
                .setHostname(name)
                .setLogDirectory(marks.folder() + "/logs/" + name)
                .putLabels("app", name)
                .setLinux(LinuxPodSandboxConfig.newBuilder()
                        .setCgroupParent(marks.cgroup() + "/" + name)
                        .setSecurityContext(
                                LinuxSandboxSecurityContext.newBuilder().setNamespaceOptions(NAMESPACES)))
                .build();
    }

    /** The same pod on the host's network, and so with its name. */
    public static PodSandboxConfig onHostNetwork(PodSandboxConfig config) {
        var changed = config.toBuilder().clearHostname();
        changed.getLinuxBuilder()
                .setSecurityContext(LinuxSandboxSecurityContext.newBuilder().setNamespaceOptions(ON_HOST));
        return changed.build();
    }

    /** The ids of a pod's user namespace, where they begin with this one of the host's. */
    public static IDMapping ids(int hostId) {
        return IDMapping.newBuilder().setHostId(hostId).setLength(IDS).build();
    }

    /** The same pod with a user namespace of its own: 65536 ids from one of the host's on. */
    public static PodSandboxConfig inUserNamespace(PodSandboxConfig config, int hostId) {
        var ids = ids(hostId);
        var users = UserNamespace.newBuilder()
                .setMode(NamespaceMode.POD)
                .addUids(ids)
                .addGids(ids);
        var changed = config.toBuilder();
        changed.getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setUsernsOptions(users);
        return changed.build();
    }

    /** The same container in the namespaces of this pod. */
    public ContainerConfig.Builder inside(ContainerConfig.Builder container) {
        var options = config.getLinux().getSecurityContext().getNamespaceOptions();
        container.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(options);
        return container;
    }

    public static Pod run(CriClient client, PodSandboxConfig config) {
        return run(client, config, OciRuntimes.handler());
    }

    public static Pod run(CriClient client, PodSandboxConfig config, String handler) {
        var request = RunPodSandboxRequest.newBuilder()
                .setConfig(config)
                .setRuntimeHandler(handler)
                .build();
        return new Pod(client, config, client.pods().runPodSandbox(request).getPodSandboxId());
    }

    /** The same container in a pod on the host's network. */
    public static ContainerConfig onHostNetwork(ContainerConfig container) {
        var changed = container.toBuilder();
        changed.getLinuxBuilder()
                .setSecurityContext(LinuxContainerSecurityContext.newBuilder().setNamespaceOptions(ON_HOST));
        return changed.build();
    }

    public static ContainerConfig container(String name, String image, List<String> command) {
        return ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName(name))
                .setImage(ImageSpec.newBuilder().setImage(image))
                .addAllCommand(command)
                .setLogPath(name + ".log")
                .setLinux(LinuxContainerConfig.newBuilder()
                        .setSecurityContext(
                                LinuxContainerSecurityContext.newBuilder().setNamespaceOptions(NAMESPACES)))
                .build();
    }

    public String create(ContainerConfig container) {
        var request = CreateContainerRequest.newBuilder()
                .setPodSandboxId(id)
                .setConfig(container)
                .setSandboxConfig(config)
                .build();
        return client.pods().createContainer(request).getContainerId();
    }

    public String start(ContainerConfig container) {
        var created = create(container);
        start(created);
        return created;
    }

    public void start(String container) {
        client.pods()
                .startContainer(StartContainerRequest.newBuilder()
                        .setContainerId(container)
                        .build());
    }

    public void stop(String container, long seconds) {
        client.pods()
                .stopContainer(StopContainerRequest.newBuilder()
                        .setContainerId(container)
                        .setTimeout(seconds)
                        .build());
    }

    public void remove(String container) {
        client.pods()
                .removeContainer(RemoveContainerRequest.newBuilder()
                        .setContainerId(container)
                        .build());
    }

    /** Changes the limits of a container; what is 0 stays as it is. */
    public void update(String container, LinuxContainerResources limits) {
        client.pods()
                .updateContainerResources(UpdateContainerResourcesRequest.newBuilder()
                        .setContainerId(container)
                        .setLinux(limits)
                        .build());
    }

    public ExecSyncResponse exec(String container, String... command) {
        return client.pods()
                .execSync(ExecSyncRequest.newBuilder()
                        .setContainerId(container)
                        .addAllCmd(List.of(command))
                        .setTimeout(20)
                        .build());
    }

    public ContainerStatus status(String container) {
        return client.pods()
                .containerStatus(ContainerStatusRequest.newBuilder()
                        .setContainerId(container)
                        .build())
                .getStatus();
    }

    public PodSandboxStatus status() {
        return client.pods()
                .podSandboxStatus(
                        PodSandboxStatusRequest.newBuilder().setPodSandboxId(id).build())
                .getStatus();
    }

    public void stop() {
        client.pods()
                .stopPodSandbox(
                        StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }

    public void remove() {
        client.pods()
                .removePodSandbox(
                        RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }
}
