package dev.berth.image.archive;

import dev.berth.image.oci.Digest;
import dev.berth.image.oci.Platform;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;

/** An archive of images in a file: an OCI layout, or what {@code docker save} writes. */
final class ImageArchive {
    static final int MANIFEST_LIMIT = 4 << 20;
    static final int CONFIG_LIMIT = 4 << 20;

    private ImageArchive() {}

    /** The images in it for a platform. Where an archive is of both kinds it is read as an OCI layout. */
    static List<ArchivedImage.Found> find(FileChannel file, Platform platform) throws IOException {
        var files = ArchiveFiles.read(file);
        if (files.has(OciLayout.INDEX)) {
            return new OciLayout(files, platform).images();
        }
        if (files.has(DockerArchive.MANIFEST)) {
            return new DockerArchive(files, platform).images();
        }
        throw new ArchiveException("the archive has neither index.json nor manifest.json: it holds no images");
    }

    static void checkPlatform(Platform wanted, Platform found, String name) throws ArchiveException {
        if (!wanted.runs(found)) {
            throw new ArchiveException("image %s is made for %s, not for %s".formatted(name, found, wanted));
        }
    }

    static void checkCount(int layers, int diffIds, Digest config) throws ArchiveException {
        if (layers != diffIds) {
            throw new ArchiveException(
                    "the image of config %s has %d layers, its config says %d".formatted(config, layers, diffIds));
        }
    }
}
