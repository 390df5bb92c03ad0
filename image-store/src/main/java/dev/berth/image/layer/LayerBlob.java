package dev.berth.image.layer;

import com.github.luben.zstd.ZstdIOException;
import dev.berth.image.contents.ContentsWriter;
import dev.berth.image.contents.LayerDirectory;
import dev.berth.image.layer.compression.Compression;
import dev.berth.image.layer.digest.DigestingStream;
import dev.berth.image.layer.limit.Gauge;
import dev.berth.image.layer.limit.LayerException;
import dev.berth.image.layer.limit.Room;
import dev.berth.image.layer.limit.UnpackLimits;
import dev.berth.image.layer.tree.LayerTree;
import dev.berth.image.oci.Digest;
import dev.berth.image.tar.TarEntry;
import dev.berth.image.tar.TarFormatException;
import dev.berth.image.tar.TarReader;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipException;

/** A layer as a registry serves it: what it must be, and its unpacking in one pass over the bytes. */
public record LayerBlob(Digest digest, long size, Digest diffId) {
    private static final Set<Integer> ENTRY_ERRORS = Set.of(
            Errno.ELOOP, Errno.ENOTDIR, Errno.EISDIR, Errno.EEXIST, Errno.EINVAL, Errno.ENAMETOOLONG, Errno.EPERM);

    /**
     * Unpacks into a layer's directory with an empty tree: digests and decompression happen as the bytes pass. When this throws, the
     * directory holds rubbish for the caller to remove.
     */
    public UnpackedLayer unpack(InputStream in, LayerDirectory target, UnpackLimits limits) throws IOException {
        try (var blob = new DigestingStream(in, digest)) {
            return verified(blob, target, limits);
        }
    }

    private UnpackedLayer verified(DigestingStream blob, LayerDirectory target, UnpackLimits limits)
            throws IOException {
        try {
            return unpack(blob, target, limits);
        } catch (TarFormatException | ZipException | ZstdIOException | EOFException e) {
            verify(blob); // bytes that changed on the way explain everything else
            throw new LayerException.Corrupt("layer " + digest + ": " + Reason.of(e), e);
        }
    }

    private UnpackedLayer unpack(DigestingStream blob, LayerDirectory target, UnpackLimits limits) throws IOException {
        var room = new Room(target.path(), limits.reserve());
        room.require(size);
        try (var decompressed = Compression.decompress(blob);
                var plain = new DigestingStream(new Gauge(decompressed, blob, limits, room), diffId);
                var contents = new ContentsWriter(target.contents());
                var tree = new LayerTree(target, contents)) {
            fill(tree, new TarReader(plain, contents::literal), limits);
            tree.finish();
            var found = plain.finish();
            verify(blob);
            if (!found.equals(diffId)) {
                throw new LayerException.Corrupt(
                        "layer " + digest + " holds an archive of " + found + ", but the image's config says " + diffId,
                        null);
            }
            var seal = contents.finish(tree.names());
            return new UnpackedLayer(
                    found, plain.count(), seal, tree.bytes() + seal.size(), tree.inodes(), tree.impliedDirectories());
        }
    }

    private void fill(LayerTree tree, TarReader archive, UnpackLimits limits) throws IOException {
        var entries = 0L;
        for (Optional<TarEntry> entry = archive.next(); entry.isPresent(); entry = archive.next()) {
            if (++entries > limits.entries()) {
                throw new LayerException.Refused("layer " + digest + " has more than " + limits.entries() + " entries");
            }
            add(tree, entry.get(), archive);
        }
        archive.finish();
    }

    /** Errors that the entry itself provokes are the layer's fault, all others the disk's. */
    private void add(LayerTree tree, TarEntry entry, TarReader archive) throws IOException {
        try {
            tree.add(entry, archive);
        } catch (ErrnoException e) {
            if (!ENTRY_ERRORS.contains(e.errno())) {
                throw e;
            }
            throw new LayerException.Corrupt("layer " + digest + ": entry '" + entry.path() + "': " + Reason.of(e), e);
        }
    }

    private void verify(DigestingStream blob) throws IOException {
        var found = blob.finish();
        if (!found.equals(digest)) {
            throw new LayerException.Corrupt(
                    "layer " + digest + " arrived as " + blob.count() + " bytes of " + found, null);
        }
    }
}
