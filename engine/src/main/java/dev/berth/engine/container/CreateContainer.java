package dev.berth.engine.container;

import dev.berth.engine.cdi.CdiName;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import dev.berth.engine.host.HangingPaths;
import dev.berth.engine.limits.SpecLimits;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Spec;
import dev.berth.engine.operation.Operations;
import dev.berth.engine.operation.Progress;
import dev.berth.engine.operation.Stage;
import dev.berth.engine.operation.Undo;
import dev.berth.engine.pod.PodContext;
import dev.berth.engine.record.IdIndex;
import dev.berth.engine.record.Times;
import dev.berth.engine.request.DeviceInput;
import dev.berth.engine.request.LogPath;
import dev.berth.engine.request.MountInput;
import dev.berth.engine.runtime.OciRuntime;
import dev.berth.engine.runtime.Runtimes;
import dev.berth.engine.sandbox.Sandbox;
import dev.berth.engine.sandbox.Sandboxes;
import dev.berth.engine.snapshot.DeclaredVolumes;
import dev.berth.engine.snapshot.WritableLayers;
import dev.berth.engine.spec.ContainerInput;
import dev.berth.engine.spec.ContainerSpecs;
import dev.berth.engine.spec.DeclaredVolume;
import dev.berth.engine.spec.ImageDefaults;
import dev.berth.image.ImageStore;
import dev.berth.image.catalog.Image;
import dev.berth.linux.Reason;
import dev.berth.linux.mount.RootDirectory;
import dev.berth.linux.process.ProcessIdentity;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** CreateContainer: a record, an OCI spec, a writable layer, a cgroup with limits; or nothing at all. Runs no code. */
public final class CreateContainer {
    private static final Logger LOG = LoggerFactory.getLogger(CreateContainer.class);

    private final Containers containers;
    private final Sandboxes sandboxes;
    private final Operations operations;
    private final ImageStore images;
    private final WritableLayers layers;
    private final ContainerSpecs specs;
    private final Runtimes runtimes;
    private final HangingPaths hangingPaths;
    private final String cgroupParent;
    private final DeclaredVolumes volumes;

    public CreateContainer(
            Containers containers,
            Sandboxes sandboxes,
            Operations operations,
            ImageStore images,
            WritableLayers layers,
            ContainerSpecs specs,
            Runtimes runtimes,
            HangingPaths hangingPaths,
            String cgroupParent,
            DeclaredVolumes volumes) {
        this.containers = containers;
        this.sandboxes = sandboxes;
        this.operations = operations;
        this.images = images;
        this.layers = layers;
        this.specs = specs;
        this.runtimes = runtimes;
        this.hangingPaths = hangingPaths;
        this.cgroupParent = cgroupParent;
        this.volumes = volumes;
    }

    /** The new container's id; of a container of the sandbox with the same metadata that has not ended, its id. */
    public String create(ContainerRequest request) throws EngineException, InterruptedException {
        request.config().metadata().check();
        var sandboxId = sandboxes.index().require(request.sandboxId()).id();
        var metadata = request.config().metadata();
        return operations.run(
                "create-container %s#%d in sandbox %s".formatted(metadata.name(), metadata.attempt(), sandboxId),
                Stage.CREATE_CONTAINER_ACCEPTED,
                String.class,
                progress -> {
                    try (var _ = sandboxes.turns().shared(sandboxId)) {
                        return create(request, sandboxes.index().require(sandboxId), progress);
                    }
                });
    }

    private String create(ContainerRequest request, Sandbox sandbox, Progress progress)
            throws EngineException, InterruptedException {
        var metadata = request.config().metadata();
        for (Container container : containers.of(sandbox.id())) {
            if (container.config().metadata().equals(metadata)) {
                return reuse(container, request.config());
            }
        }
        try (var undo = new Undo()) {
            var id = make(request, sandbox, undo, progress);
            undo.keep();
            return id;
        } catch (InvalidSpecException | IllegalArgumentException e) {
            throw new EngineException(
                    Code.INVALID_ARGUMENT, "create container %s: %s".formatted(metadata.name(), Reason.of(e)), e);
        } catch (IOException e) {
            throw new EngineException(
                    Code.INTERNAL, "create container %s: %s".formatted(metadata.name(), Reason.of(e)), e);
        }
    }

    private static String reuse(Container container, ContainerConfig asked) throws EngineException {
        if (!container.config().equals(asked)) {
            throw EngineException.precondition("container " + container.record().label()
                    + " has the same name and attempt and another configuration; remove it or raise the attempt");
        }
        if (container.state() instanceof ContainerState.Exited) {
            throw EngineException.precondition("container " + container.record().label()
                    + " has the same name and attempt and has exited; remove it or raise the attempt");
        }
        return container.id();
    }

    private String make(ContainerRequest request, Sandbox sandbox, Undo undo, Progress progress)
            throws EngineException, InvalidSpecException, IOException, InterruptedException {
        var found = ContainerImages.find(images, request.config());
        var place = place(request, sandbox);
        var leases = found.lease(images, place.id(), undo);
        hangingPaths.requireAnswers(named(request));
        var declared = volumes.of(found.root(), request.config().mounts());
        var spec = spec(request, sandbox, found, declared, place);
        var record = record(request, sandbox, found, place, spec);
        var directory = containers.directory(record.id());
        undo.lastly("delete " + directory.path(), directory::delete);
        directory.create();
        directory.save(record);
        progress.reached(Stage.CREATE_CONTAINER_RECORDED);
        containers.specs().save(record.id(), spec);
        undo.push("discard the writable layer of " + record.id(), () -> layers.discard(record.id()));
        layers.create(record.id(), sandbox.config().namespaces().userNamespace());
        progress.reached(Stage.CREATE_CONTAINER_WRITABLE_LAYER_MADE);
        volumes.make(record.id(), declared, found.root());
        progress.reached(Stage.CREATE_CONTAINER_VOLUMES_MADE);
        cgroup(record, spec, undo);
        progress.reached(Stage.CREATE_CONTAINER_CGROUP_MADE);
        var created = record.in(ContainerRecord.Phase.CREATED);
        directory.save(created);
        progress.reached(Stage.CREATE_CONTAINER_READY);
        containers.hold(created.id(), leases);
        containers.enter(created, new ContainerState.Created());
        LOG.info("container {} is created from image {}", created.label(), created.imageId());
        return created.id();
    }

    private static List<String> named(ContainerRequest request) {
        var mounts = request.config().mounts().stream().map(MountInput::hostPath);
        return Stream.concat(mounts, request.devices().stream().map(DeviceInput::hostPath))
                .filter(path -> path.startsWith("/"))
                .toList();
    }

    /** What is settled about a container before its spec is made. */
    private record Place(String id, String cgroup, Optional<ProcessIdentity> target, Optional<OciRuntime> runtime) {}

    private Place place(ContainerRequest request, Sandbox sandbox) throws EngineException {
        var id = IdIndex.newId();
        var parent = sandbox.config().cgroupParent();
        var cgroup = containers.cgroup((parent.isEmpty() ? cgroupParent : parent) + "/" + id);
        return new Place(
                id,
                cgroup.path(),
                target(request, sandbox.id()),
                runtimes.require(sandbox.config().runtimeHandler()));
    }

    private static ContainerRecord record(
            ContainerRequest request, Sandbox sandbox, ContainerImages images, Place place, Spec spec)
            throws EngineException, InvalidSpecException {
        var config = request.config();
        var image = images.root();
        var logDirectory = config.logPath().isEmpty() ? "" : sandbox.config().logDirectory();
        if (!logDirectory.isEmpty()) {
            LogPath.checked(logDirectory, config.logPath());
        }
        return new ContainerRecord(
                place.id(),
                sandbox.id(),
                config,
                image.id(),
                images.rootName(config),
                image.repoDigests().stream().findFirst().orElse(image.id()),
                image.layers(),
                List.copyOf(images.volumeLayers().values()),
                images.volumeIds(),
                place.cgroup(),
                logDirectory,
                config.resources(),
                spec.process().user(),
                stopSignal(config, image),
                Times.now(),
                place.target(),
                place.runtime(),
                ContainerRecord.Phase.CREATING);
    }

    /** The request's beats the image's; without either, or where the image's does not exist, it is SIGTERM. */
    private static int stopSignal(ContainerConfig config, Image image) throws EngineException {
        if (!config.stopSignal().isEmpty()) {
            return StopSignal.parse(config.stopSignal())
                    .orElseThrow(() -> EngineException.invalid(
                            "stop signal \"%s\" does not exist".formatted(config.stopSignal())));
        }
        var text = image.config().stopSignal();
        var signal = text.isEmpty() ? OptionalInt.of(StopSignal.SIGTERM) : StopSignal.parse(text);
        if (signal.isEmpty()) {
            LOG.warn("image {}: its stop signal \"{}\" does not exist: SIGTERM", image.id(), text);
        }
        return signal.orElse(StopSignal.SIGTERM);
    }

    private Optional<ProcessIdentity> target(ContainerRequest request, String sandboxId) throws EngineException {
        if (request.target().isEmpty()) {
            return Optional.empty();
        }
        var target = containers.index().require(request.target().get());
        if (!target.record().sandboxId().equals(sandboxId)) {
            throw EngineException.invalid("target container %s is in another sandbox".formatted(target.id()));
        }
        return Optional.of(target.requireRunning().shim().init());
    }

    private Spec spec(
            ContainerRequest request,
            Sandbox sandbox,
            ContainerImages images,
            List<DeclaredVolume> declared,
            Place place)
            throws EngineException, InvalidSpecException, IOException {
        var pod = new PodContext(
                sandbox.id(),
                sandbox.config().hostname(),
                sandbox.requireHolder().shimPid(),
                sandbox.config().privileged(),
                sandboxes.directory(sandbox.id()).files(),
                sandbox.config().namespaces().userNamespace());
        var input = new ContainerInput(
                place.id(),
                pod,
                defaults(images.root()),
                request.command(),
                request.config().mounts(),
                images.volumeLayers(),
                volumes.directories(place.id(), declared),
                request.devices(),
                CdiName.requested(request.cdiDevices(), request.config().annotations()),
                request.config().resources(),
                request.security(place.target().map(ProcessIdentity::pid)),
                place.cgroup());
        try (var files = RootDirectory.overlay(images.root().layers())) {
            return specs.container(input, files);
        }
    }

    private static ImageDefaults defaults(Image image) {
        var config = image.config();
        return new ImageDefaults(
                config.entrypoint(),
                config.cmd(),
                config.env(),
                config.workingDir(),
                config.user(),
                List.copyOf(config.volumes()),
                config.stopSignal());
    }

    private void cgroup(ContainerRecord record, Spec spec, Undo undo) throws IOException {
        var cgroup = containers.cgroup(record);
        undo.push("remove cgroup " + record.cgroup(), cgroup::remove);
        cgroup.create();
        cgroup.apply(SpecLimits.resources(spec));
        cgroup.devices(SpecLimits.devices(spec));
    }
}
