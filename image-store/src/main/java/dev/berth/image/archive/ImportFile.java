package dev.berth.image.archive;

import dev.berth.image.catalog.Image;
import dev.berth.image.layer.limit.UnpackLimits;
import dev.berth.image.oci.ImageReference;
import dev.berth.image.oci.Platform;
import dev.berth.image.pull.PullException;
import dev.berth.image.pull.Workshop;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An archive of images that is being brought: its bytes are collected in a file of the staging directory, since what an archive means may
 * be said at its end. The file has no name from the beginning, so that nothing is left of it.
 */
public final class ImportFile implements AutoCloseable {
    private static final long STEP = 16 << 20;

    private final Workshop shop;
    private final FileChannel file;
    private final Path directory;
    private long nextLook;

    private ImportFile(Workshop shop, FileChannel file) {
        this.shop = shop;
        this.file = file;
        this.directory = shop.paths().staging();
    }

    public static ImportFile begin(Workshop shop) throws IOException {
        var name = Files.createTempFile(shop.paths().staging(), "import-", "");
        var file = FileChannel.open(
                name, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        return new ImportFile(shop, file);
    }

    /** Adds bytes of the archive. */
    public void write(ByteBuffer bytes) throws IOException {
        if (file.position() >= nextLook) {
            nextLook = file.position() + STEP;
            UnpackLimits.DEFAULT.requireRoom(directory, STEP);
        }
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    /**
     * Takes the images into the store, all or up to the first that fails.
     *
     * @param name what the archive's only image is to be called; or, without a tag, what stands before names that are tags alone
     */
    public List<Image> finish(Optional<String> name) throws PullException, InterruptedException {
        try {
            return take(name);
        } catch (ArchiveException e) {
            throw new PullException.Corrupt("import: " + Reason.of(e), e);
        } catch (IOException e) {
            throw PullException.of("import: " + Reason.of(e), e);
        }
    }

    private List<Image> take(Optional<String> name) throws IOException, InterruptedException {
        var images = ImageArchive.find(file, Platform.host());
        var imported = new ArrayList<Image>();
        for (var found : images) {
            var image = found.read();
            imported.add(new Import(shop, image).run(names(image, name, images.size() == 1)));
        }
        return imported;
    }

    private static List<ImageReference> names(ArchivedImage image, Optional<String> name, boolean only)
            throws IOException {
        try {
            if (name.isPresent() && only) {
                return List.of(ImageReference.parse(name.get()));
            }
            var found = new ArrayList<ImageReference>();
            for (var each : image.names()) {
                var whole = each.contains("/") || each.contains(":");
                if (whole || name.isPresent()) {
                    found.add(ImageReference.parse(whole ? each : name.orElse("") + ":" + each));
                }
            }
            return found;
        } catch (IllegalArgumentException e) {
            throw new IOException("the archive's " + Reason.of(e) + "; name the image yourself", e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
