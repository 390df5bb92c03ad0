package dev.berth.image.archive;

import dev.berth.image.catalog.Image;
import dev.berth.image.layer.tree.InheritedDirectories;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.pull.PullAssignment.Layer;
import dev.berth.image.pull.StagedLayer;
import dev.berth.image.pull.Workshop;
import dev.berth.image.record.ImageRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One image on its way from an archive into the store: as in a pull, only one layer after the other. */
final class Import {
    private final Workshop shop;
    private final ArchivedImage image;
    private final List<Digest> held = new ArrayList<>();

    Import(Workshop shop, ArchivedImage image) {
        this.shop = shop;
        this.image = image;
    }

    Image run(List<ImageReference> names) throws IOException, InterruptedException {
        var chain = image.config().chainIds();
        try {
            for (var i = 0; i < chain.size(); i++) {
                var archived = image.layers().get(i);
                obtain(new Layer(chain.get(i), archived.blob(), chain.subList(0, i)), archived);
            }
            shop.makeDurable(chain);
            return shop.images().commit(record(names, chain), image.config(), image.documents());
        } finally {
            shop.layers().release(held);
        }
    }

    private ImageRecord record(List<ImageReference> names, List<Digest> chain) {
        var documents = image.documents().values().stream()
                .mapToLong(bytes -> bytes.length)
                .sum();
        var layers =
                image.layers().stream().mapToLong(layer -> layer.blob().size()).sum();
        return new ImageRecord(
                image.id(),
                names.stream()
                        .filter(name -> name.tag().isPresent())
                        .map(ImageReference::toString)
                        .toList(),
                names.stream().flatMap(name -> digest(name).stream()).toList(),
                List.copyOf(image.documents().keySet()),
                chain,
                documents + layers);
    }

    private Optional<String> digest(ImageReference name) {
        return image.manifest().map(manifest -> name.withDigest(manifest).toString());
    }

    private void obtain(Layer layer, ArchivedImage.Layer archived) throws IOException, InterruptedException {
        while (shop.layers().hold(layer.chainId()).isEmpty()) {
            var mine = new ArrayList<Layer>();
            shop.unpacking().join(layer.chainId(), () -> {
                if (shop.layers().hold(layer.chainId()).isEmpty()) {
                    unpack(layer, archived);
                }
                mine.add(layer);
            });
            if (!mine.isEmpty()) {
                break;
            }
        }
        held.add(layer.chainId());
    }

    private void unpack(Layer layer, ArchivedImage.Layer archived) throws IOException {
        try (var staged = StagedLayer.begin(shop);
                var in = archived.content().open()) {
            var unpacked = staged.unpack(layer.blob(), in);
            var below =
                    layer.below().reversed().stream().map(shop.paths()::tree).toList();
            InheritedDirectories.apply(staged.tree(), unpacked.implied(), below);
            staged.commit(layer, unpacked);
        }
    }
}
