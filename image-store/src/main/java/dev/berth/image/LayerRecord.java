package dev.berth.image;

import dev.berth.image.oci.Digest;

/** What is known of a complete layer: its names and what it takes on disk. */
record LayerRecord(Digest chainId, Digest diffId, Digest blob, long blobSize, long bytes, long inodes) {
    FilesystemUsage usage() {
        return new FilesystemUsage(bytes, inodes);
    }
}
