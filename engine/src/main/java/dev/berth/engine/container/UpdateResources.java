package dev.berth.engine.container;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import dev.berth.engine.limits.SpecLimits;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.operation.Operations;
import dev.berth.engine.operation.Progress;
import dev.berth.engine.operation.Stage;
import dev.berth.engine.operation.Undo;
import dev.berth.engine.request.ResourceInput;
import dev.berth.engine.spec.ContainerSpecs;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** UpdateContainerResources: all the limits asked for are in force, in the cgroup, the record and the spec, or none is. */
public final class UpdateResources {
    private static final Logger LOG = LoggerFactory.getLogger(UpdateResources.class);

    private final Containers containers;
    private final Operations operations;
    private final ContainerSpecs specs;

    /** Two updates are never one operation: they may ask for different limits. */
    private final AtomicLong updates = new AtomicLong();

    public UpdateResources(Containers containers, Operations operations, ContainerSpecs specs) {
        this.containers = containers;
        this.operations = operations;
        this.specs = specs;
    }

    /** What the change leaves unset stays as it is. */
    public void update(String idOrPrefix, ResourceInput change) throws EngineException, InterruptedException {
        var id = containers.index().require(idOrPrefix).id();
        operations.run(
                "update-resources %s, the %d.".formatted(id, updates.incrementAndGet()),
                Stage.UPDATE_RESOURCES_ACCEPTED,
                Object.class,
                progress -> {
                    try (var _ = containers.turns().exclusive(id)) {
                        update(containers.index().require(id), change, progress);
                    }
                    return id;
                });
    }

    private void update(Container container, ResourceInput change, Progress progress) throws EngineException {
        refuseExited(container);
        try (var undo = new Undo()) {
            apply(container.record(), change, undo, progress);
            undo.keep();
        } catch (InvalidSpecException | IllegalArgumentException | IOException e) {
            throw new EngineException(
                    code(e),
                    "update container %s: %s".formatted(container.record().label(), Reason.of(e)),
                    e);
        }
    }

    /** The cgroup comes last: of all these it is the one that refuses. */
    private void apply(ContainerRecord record, ResourceInput change, Undo undo, Progress progress)
            throws EngineException, InvalidSpecException, IOException {
        var id = record.id();
        var directory = containers.directory(id);
        var before = containers.specs().of(id);
        var changed = record.limitedTo(record.resources().changedBy(change));
        var spec = specs.limited(before, changed.resources());
        var limits = SpecLimits.resources(spec);
        refuseBelowUse(record, change);
        undo.push("put back the spec of " + id, () -> containers.specs().save(id, before));
        containers.specs().save(id, spec);
        undo.push("put back the record of " + id, () -> directory.save(record));
        directory.save(changed);
        progress.reached(Stage.UPDATE_RESOURCES_RECORDED);
        containers.cgroup(record).apply(limits);
        progress.reached(Stage.UPDATE_RESOURCES_APPLIED);
        containers.index().replace(id, each -> new Container(changed, each.state()));
        LOG.info("container {} has other limits: {}", record.label(), change);
    }

    private static void refuseExited(Container container) throws EngineException {
        if (container.state() instanceof ContainerState.Exited) {
            throw EngineException.precondition(
                    "update container " + container.record().label() + ": it has exited");
        }
    }

    /** The kernel would make room by killing (v2), or try for long and then refuse (v1). Page cache it can give up. */
    private void refuseBelowUse(ContainerRecord record, ResourceInput change) throws EngineException, IOException {
        if (change.memoryLimit() > 0) {
            var memory = containers.cgroup(record).stats().memory();
            long needed = memory.usageBytes() - memory.activeFileBytes() - memory.inactiveFileBytes();
            if (needed > change.memoryLimit()) {
                throw EngineException.precondition(
                        "update container %s: a memory limit of %d bytes is below the %d bytes that it uses and cannot give up; nothing was changed"
                                .formatted(record.label(), change.memoryLimit(), needed));
            }
        }
    }

    /** A value out of the kernel's range is the request's fault; EBUSY is memory that cannot be given up. */
    private static Code code(Exception cause) {
        return switch (cause) {
            case ErrnoException e when e.is(Errno.EBUSY) || e.is(Errno.ENOENT) -> Code.FAILED_PRECONDITION;
            case ErrnoException e when e.is(Errno.EINVAL) || e.is(Errno.ERANGE) -> Code.INVALID_ARGUMENT;
            case IOException _ -> Code.INTERNAL;
            default -> Code.INVALID_ARGUMENT;
        };
    }
}
