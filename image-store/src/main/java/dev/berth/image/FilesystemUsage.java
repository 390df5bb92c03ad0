package dev.berth.image;

/** What all layers together take on disk. */
public record FilesystemUsage(long bytes, long inodes) {
    FilesystemUsage plus(FilesystemUsage other) {
        return new FilesystemUsage(bytes + other.bytes, inodes + other.inodes);
    }

    FilesystemUsage minus(FilesystemUsage other) {
        return new FilesystemUsage(bytes - other.bytes, inodes - other.inodes);
    }
}
