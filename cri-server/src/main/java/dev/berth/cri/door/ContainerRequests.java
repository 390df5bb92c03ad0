package dev.berth.cri.door;

import dev.berth.cri.api.CDIDevice;
import dev.berth.cri.api.ContainerConfig;
import dev.berth.cri.api.CreateContainerRequest;
import dev.berth.cri.api.LinuxContainerResources;
import dev.berth.cri.api.Mount;
import dev.berth.cri.api.MountPropagation;
import dev.berth.cri.api.Signal;
import dev.berth.cri.api.UpdateContainerResourcesRequest;
import dev.berth.engine.container.ContainerMetadata;
import dev.berth.engine.container.ContainerRequest;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.request.CommandInput;
import dev.berth.engine.request.DeviceInput;
import dev.berth.engine.request.MountInput;
import dev.berth.engine.request.ResourceInput;
import dev.berth.engine.request.UserNamespace;
import dev.berth.shim.plan.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/** Containers as CRI asks for them, decoded. */
final class ContainerRequests {
    private ContainerRequests() {}

    static ContainerRequest request(CreateContainerRequest request) throws EngineException {
        var config = request.getConfig();
        refuseUnsupported(config);
        var security = config.getLinux().getSecurityContext();
        var target = security.getNamespaceOptions().getTargetId();
        return new ContainerRequest(
                request.getPodSandboxId(),
                config(config),
                command(config),
                devices(config),
                config.getCDIDevicesList().stream().map(CDIDevice::getName).toList(),
                SecurityRequests.security(config.getLinux()),
                target.isEmpty() ? Optional.empty() : Optional.of(target));
    }

    private static void refuseUnsupported(ContainerConfig config) throws EngineException {
        if (config.hasWindows()) {
            throw EngineException.invalid(
                    "container config has a windows part; this runtime runs Linux containers only");
        }
    }

    private static dev.berth.engine.container.ContainerConfig config(ContainerConfig config) throws EngineException {
        var mounts = new ArrayList<MountInput>();
        for (var mount : config.getMountsList()) {
            mounts.add(mount(mount));
        }
        return new dev.berth.engine.container.ContainerConfig(
                new ContainerMetadata(
                        config.getMetadata().getName(), config.getMetadata().getAttempt()),
                config.getImage().getImage(),
                config.getImage().getAnnotationsMap(),
                config.getImage().getUserSpecifiedImage(),
                config.getLabelsMap(),
                config.getAnnotationsMap(),
                mounts,
                resources(config.getLinux().getResources()),
                config.getLogPath(),
                config.getStdin(),
                config.getStdinOnce(),
                config.getTty(),
                config.getStopSignal() == Signal.SIGNAL_RUNTIME_DEFAULT
                        ? ""
                        : config.getStopSignal().name(),
                config.getLinux().getSecurityContext().getPrivileged());
    }

    private static MountInput mount(Mount mount) throws EngineException {
        return new MountInput(
                mount.getContainerPath(),
                mount.getHostPath(),
                mount.getReadonly(),
                mount.getRecursiveReadOnly(),
                propagation(mount.getPropagation()),
                users(mount),
                image(mount),
                mount.getMountOptionsList());
    }

    private static Optional<UserNamespace> users(Mount mount) throws EngineException {
        if (mount.getUidMappingsCount() + mount.getGidMappingsCount() == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(SandboxRequests.users(mount.getUidMappingsList(), mount.getGidMappingsList()));
        } catch (IllegalArgumentException e) {
            throw new EngineException(
                    EngineException.Code.INVALID_ARGUMENT,
                    "mount %s: %s".formatted(mount.getContainerPath(), e.getMessage()),
                    e);
        }
    }

    private static Optional<MountInput.Image> image(Mount mount) throws EngineException {
        var image = mount.getImage();
        if (!image.getImage().isEmpty()) {
            return Optional.of(new MountInput.Image(
                    image.getImage(),
                    image.getAnnotationsMap(),
                    image.getUserSpecifiedImage(),
                    mount.getImageSubPath()));
        }
        if (!mount.getImageSubPath().isEmpty()) {
            throw EngineException.invalid(
                    "mount %s: image_sub_path without an image".formatted(mount.getContainerPath()));
        }
        return Optional.empty();
    }

    private static MountInput.Propagation propagation(MountPropagation propagation) throws EngineException {
        return switch (propagation) {
            case PROPAGATION_PRIVATE -> MountInput.Propagation.PRIVATE;
            case PROPAGATION_HOST_TO_CONTAINER -> MountInput.Propagation.HOST_TO_CONTAINER;
            case PROPAGATION_BIDIRECTIONAL -> MountInput.Propagation.BIDIRECTIONAL;
            case UNRECOGNIZED -> throw EngineException.invalid("unknown mount propagation");
        };
    }

    private static CommandInput command(ContainerConfig config) {
        var environment = config.getEnvsList().stream()
                .map(each -> new CommandInput.Variable(
                        each.getKey(), Bytes.of(each.getValue().toByteArray())))
                .toList();
        return new CommandInput(
                config.getCommandList(),
                config.getArgsList(),
                config.getWorkingDir(),
                environment,
                config.getTty(),
                config.getStdin());
    }

    private static List<DeviceInput> devices(ContainerConfig config) {
        return config.getDevicesList().stream()
                .map(each -> new DeviceInput(each.getContainerPath(), each.getHostPath(), each.getPermissions()))
                .toList();
    }

    /** The changes of limits that an update asks for. */
    static ResourceInput update(UpdateContainerResourcesRequest request) throws EngineException {
        if (request.hasWindows()) {
            throw EngineException.invalid("update has a windows part; this runtime runs Linux containers only");
        }
        return resources(request.getLinux());
    }

    static ResourceInput resources(LinuxContainerResources resources) {
        var hugepages = new HashMap<String, Long>();
        resources.getHugepageLimitsList().forEach(each -> hugepages.put(each.getPageSize(), each.getLimit()));
        return new ResourceInput(
                resources.getCpuPeriod(),
                resources.getCpuQuota(),
                resources.getCpuShares(),
                resources.getMemoryLimitInBytes(),
                resources.getMemorySwapLimitInBytes(),
                resources.getOomScoreAdj(),
                resources.getCpusetCpus(),
                resources.getCpusetMems(),
                hugepages,
                resources.getUnifiedMap());
    }
}
