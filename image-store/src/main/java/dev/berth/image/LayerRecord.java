package dev.berth.image;

import dev.berth.image.contents.Seal;
import dev.berth.image.oci.Digest;

/**
 * What is known of a complete layer: its names and what it takes on disk.
 *
 * @param archiveSize bytes of the archive that has the diff id
 * @param contents what its list of contents must be
 */
record LayerRecord(
        Digest chainId,
        Digest diffId,
        Digest blob,
        long blobSize,
        long archiveSize,
        Seal contents,
        long bytes,
        long inodes) {
    FilesystemUsage usage() {
        return new FilesystemUsage(bytes, inodes);
    }
}
