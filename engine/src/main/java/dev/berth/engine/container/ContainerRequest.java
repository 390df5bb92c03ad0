package dev.berth.engine.container;

import dev.berth.engine.request.CommandInput;
import dev.berth.engine.request.DeviceInput;
import dev.berth.engine.request.NamespaceInput;
import dev.berth.engine.request.SecurityInput;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A container to be made.
 *
 * @param cdiDevices qualified names of devices, {@code vendor.com/class=device}; annotations of the configuration may name more
 * @param target the container whose PID namespace is to be joined, if the namespace options name one
 */
public record ContainerRequest(
        String sandboxId,
        ContainerConfig config,
        CommandInput command,
        List<DeviceInput> devices,
        List<String> cdiDevices,
        SecurityInput security,
        Optional<String> target) {
    public ContainerRequest {
        devices = List.copyOf(devices);
        cdiDevices = List.copyOf(cdiDevices);
    }

    /** The security context with the process whose PID namespace is joined filled in. */
    SecurityInput security(Optional<Integer> targetPid) {
        var pid = targetPid.map(OptionalInt::of).orElseGet(OptionalInt::empty);
        var asked = security.namespaces();
        return new SecurityInput(
                security.privileged(),
                security.capabilities(),
                security.user(),
                security.readonlyRootfs(),
                security.noNewPrivileges(),
                security.maskedPaths(),
                security.readonlyPaths(),
                security.seccomp(),
                security.apparmor(),
                security.selinux(),
                new NamespaceInput(asked.network(), asked.pid(), asked.ipc(), pid, asked.userNamespace()));
    }
}
