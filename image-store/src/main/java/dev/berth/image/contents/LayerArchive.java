package dev.berth.image.contents;

import dev.berth.image.oci.Digest;
import dev.berth.image.tar.TarEntry;
import dev.berth.image.tar.TarEntry.Extent;
import dev.berth.image.tar.TarEntry.Kind;
import dev.berth.linux.fs.ReadBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.util.List;

/** A layer's archive, made again byte for byte from the list of contents and the files of the tree. */
public final class LayerArchive {
    private final LayerDirectory layer;
    private final Seal seal;
    private final byte[] buffer = new byte[ReadBuffer.SIZE];

    public LayerArchive(LayerDirectory layer, Seal seal) {
        this.layer = layer;
        this.seal = seal;
    }

    /** Fails at the end if what was written is not the archive of that digest: then the layer is damaged. */
    public void write(OutputStream target, Digest diffId) throws IOException {
        var out = new DigestOutputStream(target, diffId.state());
        var places = Places.read(layer.contents(), seal);
        try (var list = ContentsReader.open(layer.contents(), seal);
                var files = new LayerFiles(layer);
                var reading = new ReadBuffer()) {
            var position = 0L;
            for (var line = list.next(); !(line instanceof Line.End); line = list.next()) {
                position++;
                if (line instanceof Line.Literal(var bytes)) {
                    out.write(bytes);
                } else if (line instanceof Line.Placed(var entry, var _) && entry.kind() == Kind.FILE) {
                    copy(files, places.of(position, entry.path()), entry, reading, out);
                }
            }
        }
        var made = Digest.of(out.getMessageDigest());
        if (!made.equals(diffId)) {
            throw new IOException("layer %s is damaged: its files make an archive of %s, not of %s"
                    .formatted(layer.path(), made, diffId));
        }
    }

    private void copy(LayerFiles files, String path, TarEntry entry, ReadBuffer reading, OutputStream out)
            throws IOException {
        if (entry.size() == 0) {
            return;
        }
        var directory = files.directory(LayerFiles.parent(path));
        try (var file = directory.file(LayerFiles.name(path))) {
            for (var extent : pieces(entry)) {
                for (var done = 0L; done < extent.length(); ) {
                    var wanted = (int) Math.min(buffer.length, extent.length() - done);
                    var count = reading.read(file, buffer, 0, wanted, extent.offset() + done);
                    if (count == 0) {
                        throw new IOException("layer %s is damaged: %s is too short".formatted(layer.path(), path));
                    }
                    out.write(buffer, 0, count);
                    done += count;
                }
            }
        }
    }

    private static List<Extent> pieces(TarEntry entry) {
        return entry.extents().isEmpty() ? List.of(new Extent(0, entry.size())) : entry.extents();
    }
}
