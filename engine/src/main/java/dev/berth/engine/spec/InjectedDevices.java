package dev.berth.engine.spec;

import dev.berth.engine.cdi.ContainerEdits;
import dev.berth.engine.oci.Device;
import dev.berth.engine.oci.DeviceCgroup;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Linux;
import dev.berth.engine.oci.Mount;
import dev.berth.engine.oci.Resources;
import dev.berth.engine.oci.Spec;
import dev.berth.engine.request.ContainerPath;
import dev.berth.engine.request.UserNamespace;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What CDI devices bring, put into a container's spec. A later edit takes the place of an earlier one at the same path or name. */
final class InjectedDevices {
    private final Spec spec;
    private final Optional<UserNamespace> users;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Map<String, Mount> mounts = new LinkedHashMap<>();
    private final Map<String, Device> nodes = new LinkedHashMap<>();
    private final List<DeviceCgroup> rules = new ArrayList<>();
    private final Set<Integer> groups = new LinkedHashSet<>();

    private InjectedDevices(Spec spec, Optional<UserNamespace> users) {
        this.spec = spec;
        this.users = users;
        spec.process().env().forEach(entry -> environment.put(entry.substring(0, entry.indexOf('=')), entry));
        spec.mounts().forEach(mount -> mounts.put(mount.destination(), mount));
        spec.linux().devices().forEach(node -> nodes.put(node.path(), node));
        groups.addAll(spec.process().user().additionalGids());
    }

    static Spec into(Spec spec, List<ContainerEdits> edits, Optional<UserNamespace> users)
            throws InvalidSpecException, IOException {
        var injected = new InjectedDevices(spec, users);
        for (ContainerEdits each : edits) {
            injected.add(each);
        }
        return edits.isEmpty() ? spec : injected.spec();
    }

    private void add(ContainerEdits edits) throws InvalidSpecException, IOException {
        refuseUnsupported(edits);
        for (String entry : edits.env()) {
            variable(entry);
        }
        for (ContainerEdits.DeviceNode node : edits.deviceNodes()) {
            node(node);
        }
        for (ContainerEdits.Mount mount : edits.mounts()) {
            Mount made = mount(mount);
            mounts.remove(made.destination());
            mounts.put(made.destination(), made);
        }
        for (int group : edits.additionalGids()) {
            group(group);
        }
    }

    /** Left out they would not be missed until the program fails; hooks would run as the host's root. */
    private static void refuseUnsupported(ContainerEdits edits) throws InvalidSpecException {
        if (!edits.hooks().isEmpty()) {
            ContainerEdits.Hook hook = edits.hooks().getFirst();
            throw new InvalidSpecException(
                    "a CDI device wants the %s hook %s run as the host's root, which is not done here"
                            .formatted(hook.hookName(), hook.path()));
        }
        if (edits.intelRdt() != null || !edits.netDevices().isEmpty()) {
            throw new InvalidSpecException("a CDI device wants intelRdt or netDevices, which is not done here");
        }
    }

    private void variable(String entry) throws InvalidSpecException {
        int equals = entry.indexOf('=');
        if (equals <= 0 || entry.indexOf('\0') >= 0) {
            throw new InvalidSpecException("a CDI device sets the environment variable \"" + entry.replace('\0', '?')
                    + "\", which has no name or no value");
        }
        environment.put(entry.substring(0, equals), entry);
    }

    /** In a user namespace nobody can make nodes: the host's is bound, at the same path. */
    private void node(ContainerEdits.DeviceNode asked) throws InvalidSpecException, IOException {
        String path = ContainerPath.checked("path of a CDI device's node", asked.path());
        String hostPath = asked.hostPath() == null || asked.hostPath().isEmpty() ? path : asked.hostPath();
        if (users.isPresent() && !path.equals(hostPath)) {
            throw new InvalidSpecException(
                    "CDI device node " + hostPath + ": in a user namespace it cannot have another path, " + path);
        }
        Device node = InjectedNode.of(asked, hostPath, path, spec.process().user());
        nodes.put(path, node);
        InjectedNode.rule(node, asked.permissions()).ifPresent(rules::add);
    }

    private static Mount mount(ContainerEdits.Mount asked) throws InvalidSpecException, IOException {
        String destination = ContainerPath.checked("destination of a CDI device's mount", asked.containerPath());
        if (destination.equals("/")) {
            throw new InvalidSpecException("a CDI device's mount at / would hide the container's image");
        }
        List<String> options = new ArrayList<>(asked.options());
        boolean typed = asked.type() != null && !List.of("", "none", "bind").contains(asked.type());
        if (!typed && !options.contains("bind") && !options.contains("rbind")) {
            options.add("rbind");
        }
        Mount mount = new Mount(destination, asked.type(), asked.hostPath(), options);
        return mount.bind() ? new Mount(destination, "bind", source(asked), options) : mount;
    }

    private static String source(ContainerEdits.Mount asked) throws InvalidSpecException, IOException {
        try {
            return Path.of(asked.hostPath()).toRealPath().toString();
        } catch (NoSuchFileException e) {
            throw new InvalidSpecException(
                    "a CDI device mounts %s of the host at %s, and it does not exist"
                            .formatted(asked.hostPath(), asked.containerPath()),
                    e);
        }
    }

    /** The specification ignores 0. */
    private void group(int group) throws InvalidSpecException {
        if (users.isPresent() && !users.get().gids().contains(group)) {
            throw new InvalidSpecException(
                    "a CDI device adds the group %d, which is not in the pod's user namespace".formatted(group));
        }
        if (group != 0) {
            groups.add(group);
        }
    }

    private Spec spec() {
        Linux linux = spec.linux();
        Resources limits = linux.resources();
        return new Spec(
                spec.ociVersion(),
                spec.process().with(List.copyOf(environment.values()), List.copyOf(groups)),
                spec.root(),
                spec.hostname(),
                mounts.values().stream()
                        .sorted(Comparator.comparingInt(mount -> ContainerPath.depth(mount.destination())))
                        .toList(),
                spec.annotations(),
                linux.with(List.copyOf(nodes.values()), limits == null ? null : limits.with(rules)));
    }
}
