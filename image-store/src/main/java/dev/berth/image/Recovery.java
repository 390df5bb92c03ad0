package dev.berth.image;

import dev.berth.image.download.PartFolder;
import dev.berth.image.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a store does at its start: take in what is whole, set aside what is damaged, sweep what never was finished. */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final StorePaths paths;
    private final Images images;
    private final Trash trash;

    Recovery(StorePaths paths, Images images, Trash trash) {
        this.paths = paths;
        this.images = images;
        this.trash = trash;
    }

    void run() throws IOException {
        for (var left : entries(paths.staging())) {
            trash.discard(left);
        }
        PartFolder.at(paths.parts()).sweep();
        if (!entries(paths.trash()).isEmpty()) {
            trash.sweep();
        }
        for (var file : entries(paths.images())) {
            load(file);
        }
        sweepDocuments();
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (var found = Files.list(directory)) {
            return found.toList();
        }
    }

    private void load(Path file) throws IOException {
        try {
            var record = Records.read(file, ImageRecord.class);
            if (!paths.image(record.id()).equals(file)) {
                throw new IOException("the record of image " + record.id() + " has another image's name");
            }
            images.load(record);
        } catch (IOException e) {
            var aside = paths.quarantine().resolve(file.getFileName() + "-" + UUID.randomUUID());
            Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
            LOG.warn("image record {} is set aside as {}: {}; pull the image again", file, aside, e.getMessage());
        }
    }

    private void sweepDocuments() throws IOException {
        var needed = images.neededDocuments();
        for (var file : entries(paths.blobs())) {
            if (needed.stream().map(Digest::hex).noneMatch(file.getFileName().toString()::equals)) {
                Files.delete(file);
            }
        }
    }
}
