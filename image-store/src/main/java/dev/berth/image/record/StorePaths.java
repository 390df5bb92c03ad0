package dev.berth.image.record;

import dev.berth.image.contents.LayerDirectory;
import dev.berth.image.oci.Digest;
import dev.berth.linux.fs.Directory;
import dev.berth.linux.fs.TopDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Where everything stands below the store's root. */
public record StorePaths(Path root) {
    private static final String RECORD = ".json";

    /** Makes what is missing, readable by nobody else: layers hold set-user-id programs (CVE-2024-25621). */
    public void create() throws IOException {
        var attribute = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        for (var directory : directories()) {
            Files.createDirectories(directory, attribute);
        }
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
        spread();
    }

    private List<Path> directories() {
        var own = List.of(root, layers(), images(), staging(), parts(), trash(), quarantine());
        return Stream.concat(own.stream(), blobs().stream()).toList();
    }

    /** Layers are made here. In one block group with layers that were just deleted, ext4 goes over each freed inode for each new file. */
    private void spread() throws IOException {
        try (var directory = Directory.open(staging())) {
            TopDirectory.mark(directory);
        }
    }

    public Path lock() {
        return root.resolve("lock");
    }

    /** The folders of documents, one for each algorithm of digests. */
    public List<Path> blobs() {
        return Stream.of("sha256", "sha512").map(root.resolve("blobs")::resolve).toList();
    }

    public Path blob(Digest digest) {
        return root.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
    }

    public Path layers() {
        return root.resolve("layers");
    }

    public Path layer(Digest chainId) {
        return layers().resolve(chainId.hex());
    }

    public LayerDirectory directory(Digest chainId) {
        return new LayerDirectory(layer(chainId));
    }

    /** The layer's file tree. */
    public Path tree(Digest chainId) {
        return directory(chainId).tree();
    }

    public static Path layerRecord(Path layer) {
        return layer.resolve("layer" + RECORD);
    }

    public Path images() {
        return root.resolve("images");
    }

    public Path image(Digest id) {
        return images().resolve(id.hex() + RECORD);
    }

    /** What is being made; nothing in it counts. */
    public Path staging() {
        return root.resolve("staging");
    }

    /** What has arrived of large blobs. */
    public Path parts() {
        return root.resolve("parts");
    }

    /** What is being deleted. */
    public Path trash() {
        return root.resolve("trash");
    }

    /** A place for something that was found damaged. */
    public Path aside(Path damaged) {
        return quarantine().resolve(damaged.getFileName() + "-" + UUID.randomUUID());
    }

    public static List<Path> entries(Path directory) throws IOException {
        try (var found = Files.list(directory)) {
            return found.toList();
        }
    }

    /** What was found damaged. */
    public Path quarantine() {
        return root.resolve("quarantine");
    }
}
