package dev.berth.image;

import dev.berth.image.catalog.Images;
import dev.berth.image.garbage.Trash;
import dev.berth.image.oci.Digest;
import dev.berth.image.pull.Parts;
import dev.berth.image.record.ImageRecord;
import dev.berth.image.record.Records;
import dev.berth.image.record.StorePaths;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a store does at its start: take in what is whole, set aside what is damaged, sweep what never was finished. */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final StorePaths paths;
    private final Images images;
    private final Parts parts;
    private final Trash trash;

    Recovery(StorePaths paths, Images images, Parts parts, Trash trash) {
        this.paths = paths;
        this.images = images;
        this.parts = parts;
        this.trash = trash;
    }

    void run() throws IOException {
        for (var left : StorePaths.entries(paths.staging())) {
            trash.discard(left);
        }
        parts.sweep();
        if (!StorePaths.entries(paths.trash()).isEmpty()) {
            trash.sweep();
        }
        for (var file : StorePaths.entries(paths.images())) {
            load(file);
        }
        sweepDocuments();
    }

    private void load(Path file) throws IOException {
        try {
            var record = Records.read(file, ImageRecord.class);
            if (!paths.image(record.id()).equals(file)) {
                throw new IOException("the record of image " + record.id() + " has another image's name");
            }
            var lacking = images.load(record);
            if (!lacking.isEmpty()) {
                LOG.warn("image {} {} is not served: {}; pull it again", record.id(), record.tags(), lacking);
            }
        } catch (IOException e) {
            var aside = paths.aside(file);
            Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
            LOG.warn("image record {} is set aside as {}: {}; pull the image again", file, aside, Reason.of(e));
        }
    }

    private void sweepDocuments() throws IOException {
        var needed = images.neededDocuments();
        for (var folder : paths.blobs()) {
            for (var file : StorePaths.entries(folder)) {
                if (needed.stream()
                        .map(Digest::hex)
                        .noneMatch(file.getFileName().toString()::equals)) {
                    Files.delete(file);
                }
            }
        }
    }
}
