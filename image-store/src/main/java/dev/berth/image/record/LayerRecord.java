package dev.berth.image.record;

import dev.berth.image.contents.Seal;
import dev.berth.image.oci.Digest;

/**
 * What is known of a complete layer: its names and what it takes on disk.
 *
 * @param archiveSize bytes of the archive that has the diff id
 * @param contents what its list of contents must be
 */
public record LayerRecord(
        Digest chainId,
        Digest diffId,
        Digest blob,
        long blobSize,
        long archiveSize,
        Seal contents,
        long bytes,
        long inodes) {
    public FilesystemUsage usage() {
        return new FilesystemUsage(bytes, inodes);
    }
}
