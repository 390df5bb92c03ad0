package dev.berth.engine.image;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import dev.berth.engine.operation.Operations;
import dev.berth.engine.operation.Stage;
import dev.berth.image.ImageStore;
import dev.berth.image.catalog.Image;
import dev.berth.image.credential.Credentials;
import dev.berth.image.credential.ServerName;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.oci.Platform;
import dev.berth.image.pull.PullException;
import dev.berth.image.pull.PullReport;
import dev.berth.image.pull.PullRequest;
import dev.berth.image.record.FilesystemUsage;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** PullImage, ImageStatus, ListImages, RemoveImage and ImageFsInfo on the image store. */
public final class Images {
    private final ImageStore store;
    private final Operations operations;

    /** Tells pulls of one name apart in the table of operations; the store joins those that ask for the same. */
    private final AtomicLong pulls = new AtomicLong();

    public Images(ImageStore store, Operations operations) {
        this.store = store;
        this.operations = operations;
    }

    /**
     * Pulls for this host's platform; the answer is the image's id.
     *
     * @param server the registry that the credentials are for, if the caller says it: no other gets them
     */
    public String pull(String name, Optional<Credentials> credentials, String server)
            throws EngineException, InterruptedException {
        var reference = reference(name);
        var usable = credentials.filter(_ -> server.isEmpty() || isOf(reference, server));
        var request = new PullRequest(reference, usable, Platform.host());
        var key = "pull-image %s #%d".formatted(name, pulls.incrementAndGet());
        return operations.run(key, Stage.PULL_IMAGE_STARTED, String.class, progress -> {
            progress.describedBy(() -> progress(reference));
            try {
                return store.pull(request).id();
            } catch (PullException e) {
                throw new EngineException(code(e), Reason.of(e), e);
            }
        });
    }

    private static boolean isOf(ImageReference reference, String server) {
        return ServerName.parse(server)
                .host()
                .equals(ServerName.parse(reference.registry()).host());
    }

    private String progress(ImageReference reference) {
        return store.pulls().stream()
                .filter(each -> each.outcome().isEmpty() && each.reference().equals(reference))
                .findFirst()
                .map(PullReport::summary)
                .orElse("");
    }

    public List<Image> all() {
        return store.list();
    }

    /** The image that an id, the start of one, or a name means. */
    public Optional<Image> find(String nameOrId) throws EngineException {
        if (nameOrId.isEmpty()) {
            throw EngineException.invalid("no image named");
        }
        return store.find(nameOrId);
    }

    /** Removes the image with all its names; nothing happens if there is none. */
    public void remove(String nameOrId) throws EngineException {
        if (nameOrId.isEmpty()) {
            throw EngineException.invalid("no image named");
        }
        try {
            store.remove(nameOrId);
        } catch (IOException e) {
            throw new EngineException(Code.INTERNAL, "remove image \"%s\": %s".formatted(nameOrId, Reason.of(e)), e);
        }
    }

    public FilesystemUsage usage() {
        return store.usage();
    }

    /** Where the images lie. */
    public Path directory() {
        return store.root();
    }

    private static ImageReference reference(String name) throws EngineException {
        try {
            return ImageReference.parse(name);
        } catch (IllegalArgumentException e) {
            throw new EngineException(Code.INVALID_ARGUMENT, "pull image: " + Reason.of(e), e);
        }
    }

    static Code code(PullException failure) {
        return switch (failure) {
            case PullException.NotFound _ -> Code.NOT_FOUND;
            case PullException.Unauthorized _ -> Code.PERMISSION_DENIED;
            case PullException.Unreachable _ -> Code.UNAVAILABLE;
            case PullException.Corrupt _ -> Code.DATA_LOSS;
            case PullException.Unsupported _ -> Code.INVALID_ARGUMENT;
            case PullException.Misconfigured _ -> Code.FAILED_PRECONDITION;
            case PullException.Storage _ -> Code.RESOURCE_EXHAUSTED;
        };
    }
}
