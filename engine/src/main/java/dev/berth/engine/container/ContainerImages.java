package dev.berth.engine.container;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import dev.berth.engine.operation.Undo;
import dev.berth.engine.request.MountInput;
import dev.berth.image.ImageStore;
import dev.berth.image.catalog.Image;
import dev.berth.image.garbage.ImageLease;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The images of a container: that of its root, and those mounted as volumes, by the names asked for. */
record ContainerImages(Image root, SequencedMap<String, Image> volumes) {
    static ContainerImages find(ImageStore store, ContainerConfig config) throws EngineException {
        var volumes = new LinkedHashMap<String, Image>();
        for (MountInput mount : config.mounts()) {
            if (mount.image().isPresent()) {
                var name = mount.image().get().name();
                volumes.put(name, find(store, name, "mount %s: ".formatted(mount.containerPath())));
            }
        }
        return new ContainerImages(find(store, config.image(), ""), volumes);
    }

    private static Image find(ImageStore store, String name, String step) throws EngineException {
        return store.find(name)
                .orElseThrow(() -> new EngineException(
                        Code.NOT_FOUND, "%simage \"%s\" is not present; pull it first".formatted(step, name)));
    }

    /** A kubelet asks by id; what people look for in a status is a name. */
    String rootName(ContainerConfig config) {
        var asked = List.of(config.image(), config.userImage());
        var tags = asked.stream().filter(root.repoTags()::contains).toList();
        return Stream.of(tags, root.repoTags(), List.of(config.userImage()), root.repoDigests())
                .flatMap(List::stream)
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse(root.id());
    }

    /** From now on the images' layers stay, even if the images are removed. */
    List<ImageLease> lease(ImageStore store, String holder, Undo undo) throws EngineException {
        var leases = new ArrayList<ImageLease>();
        leases.add(lease(store, holder, root, undo));
        for (Image volume : volumes.values()) {
            leases.add(lease(store, holder, volume, undo));
        }
        return leases;
    }

    private static ImageLease lease(ImageStore store, String holder, Image image, Undo undo) throws EngineException {
        var lease = store.lease(holder, image).orElseThrow(() -> EngineException.notFound("image", image.id()));
        undo.push("release image " + image.id(), lease::close);
        return lease;
    }

    Map<String, List<Path>> volumeLayers() {
        return volumes.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, volume -> volume.getValue().layers()));
    }

    Map<String, String> volumeIds() {
        return volumes.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, volume -> volume.getValue().id()));
    }
}
