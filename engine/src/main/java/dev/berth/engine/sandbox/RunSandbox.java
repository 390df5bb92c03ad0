package dev.berth.engine.sandbox;

import dev.berth.cni.PodNetworks;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.LaunchFailure;
import dev.berth.engine.lowering.CgroupPlace;
import dev.berth.engine.lowering.Lowering;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.operation.Operations;
import dev.berth.engine.operation.Progress;
import dev.berth.engine.operation.Stage;
import dev.berth.engine.operation.Undo;
import dev.berth.engine.pod.SandboxInput;
import dev.berth.engine.pod.Sysctls;
import dev.berth.engine.record.IdIndex;
import dev.berth.engine.record.Times;
import dev.berth.engine.runtime.Runtimes;
import dev.berth.linux.Reason;
import dev.berth.linux.process.Descriptors;
import dev.berth.shim.LaunchException;
import dev.berth.shim.SandboxLaunch;
import dev.berth.shim.Shim;
import dev.berth.shim.Shims;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** RunPodSandbox: a record, the pod's files, a shim that holds the namespaces, a network; or nothing at all. */
public final class RunSandbox {
    private static final Logger LOG = LoggerFactory.getLogger(RunSandbox.class);

    private final Sandboxes sandboxes;
    private final Operations operations;
    private final Shims shims;
    private final SandboxNetwork network;
    private final ReadyNamespaces namespaces;
    private final Runtimes runtimes;

    public RunSandbox(
            Sandboxes sandboxes,
            Operations operations,
            Shims shims,
            PodNetworks networks,
            ReadyNamespaces namespaces,
            Runtimes runtimes) {
        this.runtimes = runtimes;
        this.sandboxes = sandboxes;
        this.operations = operations;
        this.shims = shims;
        this.network = new SandboxNetwork(networks);
        this.namespaces = namespaces;
    }

    /** The new sandbox's id; of a ready sandbox with the same metadata, its id. */
    public String run(SandboxConfig config) throws EngineException, InterruptedException {
        config.metadata().check();
        var runtime = runtimes.require(config.runtimeHandler());
        if (runtime.isPresent() && config.namespaces().userNamespace().isPresent()) {
            throw EngineException.invalid(
                    "runtime handler \"%s\": its pods cannot have a user namespace; take the default one (\"\")"
                            .formatted(config.runtimeHandler()));
        }
        return operations.run(
                "run-sandbox " + config.metadata().key(), Stage.RUN_SANDBOX_ACCEPTED, String.class, progress -> {
                    var existing = existing(config.metadata());
                    return existing.isPresent() ? existing.get() : createWithNetwork(config, progress);
                });
    }

    private Optional<String> existing(SandboxMetadata metadata) throws EngineException {
        for (Sandbox sandbox : sandboxes.index().all()) {
            if (sandbox.config().metadata().equals(metadata)) {
                sandbox.requireHolder();
                return Optional.of(sandbox.id());
            }
        }
        return Optional.empty();
    }

    /** In a network namespace that is ready, where there is one; a pod's user namespace needs one of its own. */
    private String createWithNetwork(SandboxConfig config, Progress progress)
            throws EngineException, InterruptedException {
        boolean joins = !config.namespaces().hostNetwork()
                && config.namespaces().userNamespace().isEmpty();
        Optional<ReadyNamespace> ready = joins ? namespaces.take() : Optional.empty();
        try {
            return create(config, ready, progress);
        } finally {
            ready.ifPresent(namespaces::replace);
        }
    }

    private String create(SandboxConfig config, Optional<ReadyNamespace> ready, Progress progress)
            throws EngineException, InterruptedException {
        var record = new SandboxRecord(IdIndex.newId(), config, Times.now(), SandboxRecord.Phase.CREATING, List.of());
        try (var undo = new Undo()) {
            var directory = directory(record, undo);
            progress.reached(Stage.RUN_SANDBOX_RECORDED);
            directory.files().write(config.hostname(), config.namespaces().hostNetwork(), config.dns());
            progress.reached(Stage.RUN_SANDBOX_FILES_WRITTEN);
            var shim = shim(record, directory, ready, undo);
            progress.reached(Stage.RUN_SANDBOX_SHIM_STARTED);
            var made = record.made(attach(record, shim, ready, undo));
            progress.reached(Stage.RUN_SANDBOX_NETWORK_ATTACHED);
            directory.save(made);
            progress.reached(Stage.RUN_SANDBOX_READY);
            sandboxes.enter(made, shim);
            undo.keep();
            LOG.info(
                    "sandbox {} of {} is ready, ips {}",
                    made.id(),
                    config.metadata().key(),
                    made.ips());
            return made.id();
        } catch (InvalidSpecException e) {
            throw new EngineException(
                    EngineException.Code.INVALID_ARGUMENT,
                    "run sandbox %s: %s".formatted(config.metadata().key(), Reason.of(e)),
                    e);
        } catch (IOException e) {
            throw new EngineException(
                    e instanceof LaunchException launch ? LaunchFailure.code(launch) : EngineException.Code.INTERNAL,
                    "run sandbox %s: %s".formatted(config.metadata().key(), Reason.of(e)),
                    e);
        }
    }

    private SandboxDirectory directory(SandboxRecord record, Undo undo) throws IOException {
        var directory = sandboxes.directory(record.id());
        undo.lastly("delete " + directory.path(), directory::delete);
        directory.create();
        directory.save(record);
        if (!record.config().logDirectory().isEmpty()) {
            Files.createDirectories(Path.of(record.config().logDirectory()));
        }
        return directory;
    }

    private Shim shim(SandboxRecord record, SandboxDirectory directory, Optional<ReadyNamespace> ready, Undo undo)
            throws IOException, InvalidSpecException {
        var input = new SandboxInput(
                record.id(),
                record.config().hostname(),
                record.config().namespaces(),
                record.config().sysctls(),
                directory.files());
        var own = Lowering.sandbox(input, new CgroupPlace(Optional.empty(), List.of()));
        var plan = ready.isPresent() ? Lowering.joiningNetwork(own) : own;
        var descriptors = ready.stream().map(ReadyNamespace::netns).toList();
        undo.push("end the shim of sandbox " + record.id(), () -> end(directory));
        if (input.namespaces().userNamespace().isPresent()) {
            directory.give(input.namespaces().userNamespace().get());
        }
        return shims.startSandbox(new SandboxLaunch(record.id(), directory.path(), plan, descriptors));
    }

    /** By what lives, not by what this run knows of: the start may have failed after the shim was there. */
    private void end(SandboxDirectory directory) throws IOException {
        var left = shims.adopt(directory.path());
        if (left.isPresent()) {
            try (var shim = left.get()) {
                shim.terminate();
            }
        }
    }

    private List<String> attach(SandboxRecord record, Shim shim, Optional<ReadyNamespace> ready, Undo undo)
            throws EngineException, InvalidSpecException, IOException, InterruptedException {
        undo.push("take down the network of sandbox " + record.id(), () -> {
            try {
                network.detach(record, Optional.of(shim));
            } catch (EngineException e) {
                LOG.warn("{}; it stays remembered, and is tried again in the background", Reason.of(e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        });
        var ips = network.attach(record, shim, ready);
        settle(record, shim);
        return ips;
    }

    /** Plugins make interfaces by the settings there are, and change some for what they do: the pod's own hold in the end. */
    private static void settle(SandboxRecord record, Shim shim) throws InvalidSpecException, IOException {
        var settings = Sysctls.ofNetwork(record.config().sysctls());
        if (!settings.isEmpty()) {
            try (var netns = Descriptors.readOnly(SandboxNetwork.netnsPath(shim))) {
                NetworkSettings.apply(netns, settings);
            }
        }
    }
}
