package dev.berth.engine.sandbox;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.record.Trees;
import dev.berth.shim.Shim;
import dev.berth.shim.Shims;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** At the daemon's start: adopts the sandboxes that live, undoes half-made ones, finishes half-removed ones. */
public final class RecoverSandboxes {
    private static final Logger LOG = LoggerFactory.getLogger(RecoverSandboxes.class);

    private final Sandboxes sandboxes;
    private final Shims shims;

    public RecoverSandboxes(Sandboxes sandboxes, Shims shims) {
        this.sandboxes = sandboxes;
        this.shims = shims;
    }

    /** One damaged sandbox does not keep the others from being recovered: it is logged and left for the next start. */
    public void recover() throws IOException, InterruptedException {
        for (Path directory : Trees.children(sandboxes.parent())) {
            try {
                recover(sandboxes.directory(directory.getFileName().toString()));
            } catch (IOException | EngineException | RuntimeException e) {
                LOG.error("sandbox {} could not be recovered and is left as it is", directory.getFileName(), e);
            }
        }
        sandboxes.sweepPodFiles();
    }

    private void recover(SandboxDirectory directory) throws IOException, EngineException, InterruptedException {
        var record = directory.load();
        var holder = shims.adopt(directory.path());
        if (record.isEmpty()) {
            if (holder.isPresent()) {
                throw new IOException(directory.path() + " has a live shim but no record");
            }
            directory.delete();
            return;
        }
        switch (record.get().phase()) {
            case CREATING, REMOVING -> {
                LOG.info(
                        "sandbox {}: finishing its removal ({})",
                        record.get().id(),
                        record.get().phase());
                end(directory, holder);
            }
            case MADE, STOPPED -> {
                if (holder.isPresent()) {
                    sandboxes.enter(record.get(), holder.get());
                } else {
                    sandboxes.enterNotReady(record.get());
                }
            }
        }
    }

    /** Its network is left to {@link CollectNetworks}: a plugin may take long. */
    private static void end(SandboxDirectory directory, Optional<Shim> holder) throws IOException {
        if (holder.isPresent()) {
            try (var shim = holder.get()) {
                shim.terminate();
            }
        }
        directory.delete();
    }
}
