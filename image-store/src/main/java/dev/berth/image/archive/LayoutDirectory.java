package dev.berth.image.archive;

import dev.berth.image.tar.TarEntry;
import dev.berth.image.tar.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** An OCI layout whose files stand in a directory, as most tools want it. */
public record LayoutDirectory(Path path) {
    private static final List<String> TOP = List.of("oci-layout", OciLayout.INDEX, DockerArchive.MANIFEST);
    private static final List<String> BLOBS = List.of("blobs/sha256", "blobs/sha512");
    private static final Pattern NAME = Pattern.compile(
            "oci-layout|index\\.json|manifest\\.json|blobs/(?:sha256/[0-9a-f]{64}|sha512/[0-9a-f]{128})");

    /** Writes the layout's files as a tar; whatever else is in the directory is left out. */
    public void pack(OutputStream out) throws IOException {
        if (!Files.isRegularFile(path.resolve(OciLayout.INDEX))) {
            throw new NoSuchFileException(path.toString(), null, "the directory has no " + OciLayout.INDEX);
        }
        var tar = new TarWriter(out);
        for (var name : TOP) {
            if (Files.isRegularFile(path.resolve(name))) {
                pack(tar, name);
            }
        }
        for (var folder : BLOBS) {
            if (Files.isDirectory(path.resolve(folder))) {
                packBlobs(tar, folder);
            }
        }
        tar.finish();
    }

    private void packBlobs(TarWriter tar, String folder) throws IOException {
        try (var blobs = Files.list(path.resolve(folder))) {
            for (var blob : (Iterable<Path>) blobs::iterator) {
                var name = folder + "/" + blob.getFileName();
                if (NAME.matcher(name).matches()) {
                    pack(tar, name);
                }
            }
        }
    }

    private void pack(TarWriter tar, String name) throws IOException {
        var file = path.resolve(name);
        var size = Files.size(file);
        tar.file(name, size, out -> {
            if (Files.copy(file, out) != size) {
                throw new IOException(file + " changed while it was read");
            }
        });
    }

    /** Writes the files of a layout in a tar into the directory, and refuses an archive that holds anything else. */
    public void unpack(InputStream archive) throws IOException {
        Files.createDirectories(path);
        var tar = new TarReader(archive);
        for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            var name = entry.get().path();
            if (!NAME.matcher(name).matches()) {
                throw new ArchiveException("'" + name + "' is no file of an OCI layout");
            }
            for (var folder : BLOBS) {
                if (name.startsWith(folder)) {
                    Files.createDirectories(path.resolve(folder));
                }
            }
            Files.deleteIfExists(path.resolve(name));
            try (var file =
                    FileChannel.open(path.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                tar.content((position, bytes, offset, length) -> {
                    var piece = ByteBuffer.wrap(bytes, offset, length);
                    while (piece.hasRemaining()) {
                        file.write(piece, position + piece.position() - offset);
                    }
                });
            }
        }
    }
}
