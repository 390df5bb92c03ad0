package dev.berth.image.layer;

import dev.berth.image.contents.Seal;
import dev.berth.image.oci.Digest;
import java.util.Set;

/**
 * What came out of one layer's archive.
 *
 * @param diffId the digest of the decompressed archive
 * @param archiveSize bytes of that archive
 * @param bytes and {@code inodes} that the tree takes on disk, in blocks of 4 KiB
 * @param implied directories that entries needed and no entry described
 */
public record UnpackedLayer(Digest diffId, long archiveSize, Seal seal, long bytes, long inodes, Set<String> implied) {
    public UnpackedLayer {
        implied = Set.copyOf(implied);
    }
}
