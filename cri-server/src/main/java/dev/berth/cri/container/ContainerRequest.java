package dev.berth.cri.container;

import dev.berth.cri.spec.CommandInput;
import dev.berth.cri.spec.DeviceInput;
import dev.berth.cri.spec.SecurityInput;
import java.util.List;
import java.util.Optional;

/**
 * A container to be made.
 *
 * @param target the container whose PID namespace is to be joined, if the namespace options name one
 */
public record ContainerRequest(
        String sandboxId,
        ContainerConfig config,
        CommandInput command,
        List<DeviceInput> devices,
        SecurityInput security,
        Optional<String> target) {
    public ContainerRequest {
        devices = List.copyOf(devices);
    }
}
