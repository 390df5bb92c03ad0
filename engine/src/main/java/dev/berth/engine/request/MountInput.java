package dev.berth.engine.request;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A host path, or an image, asked for inside a container.
 *
 * @param hostPath empty if an image is asked for
 * @param idMap the user namespace with whose ids its files are to be shown
 * @param options those that have no field of their own
 */
public record MountInput(
        String containerPath,
        String hostPath,
        boolean readOnly,
        boolean recursiveReadOnly,
        Propagation propagation,
        Optional<UserNamespace> idMap,
        Optional<Image> image,
        List<String> options) {
    /** Options are not in records of before there were any. */
    public MountInput {
        options = options == null ? List.of() : List.copyOf(options);
    }

    public enum Propagation {
        PRIVATE,
        HOST_TO_CONTAINER,
        BIDIRECTIONAL
    }

    /**
     * An image to be mounted.
     *
     * @param name an id or a name
     * @param userImage the name the user wrote, if the caller passed it on
     * @param subPath what of the image is to be mounted; empty for all of it
     */
    public record Image(String name, Map<String, String> annotations, String userImage, String subPath) {
        public Image {
            annotations = Map.copyOf(annotations);
        }
    }
}
